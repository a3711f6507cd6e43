"""How TLS begins. How it is spoken is set with options."""


def starts_like_tls_record(d):
    """Whether bytes may be the begin of a handshake in TLS."""
    return len(d) > 2 and d[0] == 0x16 and d[1] == 3 and d[2] <= 3


def starts_like_dtls_record(d):
    """Whether bytes may be the begin of a handshake in DTLS."""
    return len(d) > 2 and d[0] == 0x16 and d[1] == 0xfe and d[2] >= 0xfd


is_tls_record_magic = starts_like_tls_record
