"""The mathematics, models and data of the homework; never imports streamlit, and not torch on import."""
