"""The start page: one small moving drawing for each lesson, all of them in one file for the browser."""
