"""
Scripts of Python 2. What compiles as Python 3 is left alone, unless it needs
modules that only Python 2 had. The rest
is translated line for line by lib2to3, so that tracebacks name the right
lines, and runs with the builtins and module names of its time.
"""
import ast
import builtins
import codecs
import io
import logging
import sys
import tokenize
import warnings
from importlib.machinery import PathFinder


def compile_file(path, module):
    """The code of a file; the SyntaxError of Python 3 if it is neither."""
    with open(path, "rb") as f:
        source = f.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            code = compile(source, path, "exec", dont_inherit=True)
        if not prints_into(source) and not imports_old(source):
            return code
    except SyntaxError as e:
        first, code = e, None
    code = translated(source, path) or code
    if code is None:
        raise first
    module.__dict__.update(names())
    install_modules()
    return code


def prints_into(source):
    """Whether there is a "print >>file": it compiles as Python 3, and means nothing there."""
    if b">>" not in source or b"print" not in source:
        return False
    return any(isinstance(n, ast.BinOp) and isinstance(n.op, ast.RShift) and isinstance(n.left, ast.Name)
               and n.left.id == "print" for n in ast.walk(ast.parse(source)))


OLD = {"cStringIO", "StringIO", "urllib2", "urlparse", "Cookie", "cookielib", "httplib", "Queue", "cPickle", "ConfigParser",
       "HTMLParser", "SocketServer", "__builtin__", "commands", "thread"}


def imports_old(source):
    """Whether it cannot do without a module of Python 2: an import that nothing catches, and no file has the name today."""
    names = set()
    for n in ast.parse(source).body:
        if isinstance(n, ast.Import):
            names.update(a.name for a in n.names)
        elif isinstance(n, ast.ImportFrom):
            names.add(n.module)
    return any(PathFinder.find_spec(n) is None for n in names & OLD)


FIXERS = ("apply", "asserts", "basestring", "dict", "except", "exec", "execfile", "exitfunc", "filter", "funcattrs",
          "getcwdu", "has_key", "idioms", "imports", "imports2", "input", "intern", "isinstance", "itertools",
          "itertools_imports", "long", "map", "metaclass", "methodattrs", "ne", "next", "nonzero", "numliterals",
          "operator", "paren", "print", "raise", "raw_input", "reduce", "renames", "repr", "standarderror", "sys_exc",
          "throw", "tuple_params", "types", "unicode", "urllib", "xrange", "xreadlines", "zip")
LEFT_OUT = {"idioms", "isinstance", "imports", "imports2", "urllib", "asserts"}


def translated(source, path):
    """The code of a Python 2 source, None if it is none."""
    loud = logging.root.manager.disable
    logging.disable(logging.INFO)       # lib2to3 tells the root logger of its grammar
    try:
        return _translated(source, path)
    finally:
        logging.disable(loud)


def _translated(source, path):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from lib2to3 import refactor
    except ImportError:
        return None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding).expandtabs(8)
        if not text.endswith("\n"):
            text += "\n"
        fixers = ["lib2to3.fixes.fix_" + n for n in FIXERS if n not in LEFT_OUT]
        tool = refactor.RefactoringTool(fixers)
        tree = ast.parse(str(tool.refactor_string(text, path)), path)
        return compile(ast.fix_missing_locations(Meanings(tree).visit(tree)), path, "exec", dont_inherit=True)
    except Exception:
        return None


class Meanings(ast.NodeTransformer):
    """What is written alike and meant something else: the division of integers, and texts that are decoded."""

    CALLS = {"decode": "_decode", "encode": "_encode"}

    def __init__(self, tree):
        self.old_division = not any(isinstance(n, ast.ImportFrom) and n.module == "__future__" and
                                    any(a.name == "division" for a in n.names) for n in tree.body)

    def _call(self, node, name, *args, keywords=()):
        return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(args), list(keywords)), node)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and self.old_division:
            return self._call(node, "_divide", node.left, node.right)
        return node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and self.old_division:
            node.value = self._call(node.value, "_divisor", node.value)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in self.CALLS:
            return self._call(node, self.CALLS[node.func.attr], node.func.value, *node.args, keywords=node.keywords)
        return node


def _divide(a, b):
    return a // b if isinstance(a, int) and isinstance(b, int) else a / b


class _Divisor(int):
    """What an integer is divided by in place; the reflected method of a subclass comes first."""

    def __rtruediv__(self, a):
        return _divide(a, int(self))


def _divisor(b):
    return _Divisor(b) if isinstance(b, int) else b


def _decode(thing, *args, **kw):
    """thing.decode(): a native string is bytes, one a character."""
    if not isinstance(thing, str):
        return thing.decode(*args, **kw)
    got = codecs.decode(thing.encode("latin-1"), *args, **kw) if thing.isascii() or max(thing) < "\u0100" else thing
    return got.decode("latin-1") if isinstance(got, bytes) else got


_OF_BYTES = {"hex", "hex_codec", "base64", "base64_codec", "zlib", "zlib_codec", "zip", "bz2", "bz2_codec", "quopri", "uu"}


def _encode(thing, *args, **kw):
    """thing.encode(), also by what makes bytes of bytes."""
    if isinstance(thing, str) and args and args[0] in _OF_BYTES:
        return codecs.encode(thing.encode("latin-1"), *args, **kw).decode("latin-1")
    return thing.encode(*args, **kw)


def names():
    """Builtins that are gone."""
    def execfile(path, space=None):
        with open(path) as f:
            exec(compile(f.read(), path, "exec"), space if space is not None else {})
    return {"unicode": str, "basestring": str, "long": int, "unichr": chr, "xrange": range, "raw_input": input,
            "file": open, "execfile": execfile, "reload": lambda m: m, "reduce": __import__("functools").reduce,
            "cmp": lambda a, b: (a > b) - (a < b), "buffer": memoryview, "intern": sys.intern,
            "apply": lambda f, a=(), k=None: f(*a, **(k or {})), "_divide": _divide, "_divisor": _divisor,
            "_decode": _decode, "_encode": _encode}


class _Names:
    """A module made of others."""

    def __init__(self, name, *sources):
        self.__name__ = name
        self._sources = sources

    def __getattr__(self, attribute):
        for s in self._sources:
            if hasattr(s, attribute):
                return getattr(s, attribute)
        raise AttributeError(attribute)


def install_modules():
    """Modules under their old names."""
    if "cStringIO" in sys.modules:
        return
    import _thread
    import configparser
    import html.parser
    import http.client
    import http.cookiejar
    import http.cookies
    import pickle
    import queue
    import socketserver
    import subprocess
    import urllib
    import urllib.error
    import urllib.parse
    import urllib.request
    old = {"cStringIO": io, "StringIO": io, "urllib2": _Names("urllib2", urllib.request, urllib.error, urllib.parse),
           "urlparse": urllib.parse, "Cookie": http.cookies, "cookielib": http.cookiejar, "httplib": http.client,
           "Queue": queue, "cPickle": pickle, "ConfigParser": configparser, "HTMLParser": html.parser,
           "SocketServer": socketserver, "__builtin__": builtins, "commands": subprocess, "thread": _thread}
    for name, module in old.items():
        if PathFinder.find_spec(name) is None:
            sys.modules.setdefault(name, module)
    # Where it was called for, texts are UTF-8 already.
    if not hasattr(sys, "setdefaultencoding"):
        sys.setdefaultencoding = lambda encoding: None
    for m in (urllib.parse, urllib.request):
        for name in ("quote", "quote_plus", "unquote", "unquote_plus", "urlencode", "urlopen", "urlretrieve",
                     "pathname2url", "url2pathname"):
            if hasattr(m, name) and not hasattr(urllib, name):
                setattr(urllib, name, getattr(m, name))
