"""A program: prints what is in a flow file."""
import pprint
import sys

from mitmproxy import exceptions, http, io

with open(sys.argv[1], "rb") as logfile:
    reader = io.FlowReader(logfile)
    try:
        for f in reader.stream():
            print(f)
            if isinstance(f, http.HTTPFlow):
                print(f.request.host)
            pprint.pprint(f.get_state(), indent=4)
    except exceptions.FlowReadException as e:
        print(f"Flow file corrupted: {e}")
