"""Results → plotly dicts, map layers and small curves. No Dash: reports draw with them too."""
