"""Flow files."""
from mitmproxy.io.io import FilteredFlowWriter, FlowReader, FlowWriter, read_flows_from_paths

__all__ = ["FlowWriter", "FlowReader", "FilteredFlowWriter", "read_flows_from_paths"]
