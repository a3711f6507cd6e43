"""A program: prints what is in a flow file."""
import pprint
import sys

from libmproxy import flow

with open(sys.argv[1], "rb") as logfile:
    freader = flow.FlowReader(logfile)
    try:
        for f in freader.stream():
            print(f)
            print(f.request.host)
            pprint.pprint(f.get_state(), indent=4)
    except flow.FlowReadError as v:
        print("Flow file corrupted. Stopped loading.", v)
