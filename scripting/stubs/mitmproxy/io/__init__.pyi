"""Flow files."""

from mitmproxy.io.io import FilteredFlowWriter as FilteredFlowWriter
from mitmproxy.io.io import FlowReader as FlowReader
from mitmproxy.io.io import FlowWriter as FlowWriter
from mitmproxy.io.io import read_flows_from_paths as read_flows_from_paths
