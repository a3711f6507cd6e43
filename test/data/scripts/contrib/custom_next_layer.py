import logging

from mitmproxy import ctx
from mitmproxy.proxy import layer, layers


def running():
    ctx.options.connection_strategy = "lazy"


def next_layer(nextlayer: layer.NextLayer):
    logging.info("%r", nextlayer.context)
    if nextlayer.context.client.transport_protocol == "tcp" and nextlayer.data_client():
        nextlayer.layer = layers.TCPLayer(nextlayer.context)


def tcp_message(flow):
    flow.comment = "raw"
# traffic: tcp
# expect: f.comment == "raw"
# live: client == b"FOO\n"
