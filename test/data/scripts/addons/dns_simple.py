import ipaddress

from mitmproxy import dns


def dns_request(flow: dns.DNSFlow):
    q = flow.request.question
    if q.type == dns.types.A:
        flow.response = flow.request.succeed([dns.ResourceRecord.A(q.name, ipaddress.ip_address("192.0.2.1"))])
    else:
        flow.response = flow.request.fail(dns.response_codes.NXDOMAIN)


def request(flow):
    m = dns.DNSMessage.unpack(bytes.fromhex("00010100000100000000000001610474657374000001") + b"\0\1")
    flow.comment = m.succeed([]).question.name
# expect: f.comment == "a.test"
