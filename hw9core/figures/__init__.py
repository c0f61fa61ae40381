"""Pure functions from results (NumPy arrays) to Plotly figures; they know neither torch nor Streamlit."""
