"""What all visitors of a server share: its queue, its traces, its processes. Knows no Streamlit."""
