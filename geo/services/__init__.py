"""Answer queries: the only place that composes reading, analysis, drawing and export."""
