"""The stories of the lessons: steps as data, the panel that shows one, the glossary."""
