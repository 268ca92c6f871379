"""Compute and draw where clusters are strong and where their gaps are, without Streamlit."""
