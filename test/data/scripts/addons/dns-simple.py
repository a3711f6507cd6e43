import ipaddress

from mitmproxy import dns


def dns_request(flow: dns.DNSFlow) -> None:
    q = flow.request.question
    if q and q.type == dns.types.A and q.name == "weir.test":
        flow.response = flow.request.succeed([dns.ResourceRecord.A(q.name, ipaddress.ip_address("192.0.2.1"))])
    else:
        flow.response = flow.request.fail(dns.response_codes.NXDOMAIN)
# traffic: dns
# expect: [str(a) for a in f.response.answers] == ["192.0.2.1"]
# live: client[-4:] == bytes([192, 0, 2, 1]) and not origin
