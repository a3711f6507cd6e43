#!/usr/bin/env python3
"""shape.py DIR... - how long, deep and wide C functions are: taste, by numbers.

A body opens at a column-0 '{' or at a line ending in ') {' outside a body and
closes at a column-0 '}'; tables (initialisers) are not functions. Prints the
figures and the longest functions of each DIR; exits 1 if a limit is broken.
"""
import os, re, sys

# lines per function; percent of functions; percent of lines; per 1000 lines
LIMIT = dict(med=15, p90=40, p99=100, max=150, over60=5.0, over100=1.0,
             wide=1.0, deep=1.0, ifs=3.0, gotos=3.0, todos=0.0, longest=1000)


def head_of(lines, i):
    """The declarator that belongs to the '{' on line i, or ''."""
    text = ''
    for j in range(i, max(i - 12, -1), -1):
        text = lines[j] + ' ' + text
        if re.match(r'[A-Za-z_]', lines[j]) and '(' in text:
            break
    if re.match(r'\s*(typedef|enum|union)', text) or '=' in text.split('(')[0]:
        return ''
    return text


def bodies(lines):
    """Yield (name, first line, length) of every function body."""
    start, name = None, ''
    for i, l in enumerate(lines):
        if start is not None:
            if l.startswith('}'):
                yield name, start + 1, i - start
                start = None
            continue
        r = re.sub(r'/\*.*?\*/|//.*$', '', l).rstrip()
        if l.startswith('#') or not r.endswith('{'):
            continue
        if r != '{' and not (')' in r and re.fullmatch(r'[A-Z0-9_(), ]*', r[r.rfind(')'):-1])):
            continue
        m = re.search(r'([A-Za-z_]\w*)\s*\(', head_of(lines, i))
        if m:
            name, start = m.group(1), i


def measure(root):
    paths = [os.path.join(d, f) for d, _, ff in os.walk(root) for f in sorted(ff) if f.endswith('.c')]
    length, big, files = [], [], []
    n = dict(loc=0, code=0, wide=0, deep=0, ifs=0, gotos=0, todos=0)
    for path in paths:
        lines = open(path, errors='replace').read().split('\n')
        if lines[0].startswith('/* Made by'):
            continue
        files.append(len(lines))
        depth = 0
        for l in lines:
            s = l.strip()
            bare = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'|/\*.*?\*/|//.*', '', l)
            n['loc'] += 1
            n['code'] += bool(s)
            n['wide'] += len(l.expandtabs(8)) > 80
            n['deep'] += bool(s) and depth >= 5
            n['ifs'] += bool(re.match(r'#\s*if', s))
            n['gotos'] += bool(re.match(r'goto\s+\w+;', s))
            n['todos'] += bool(re.search(r'\b(TODO|FIXME|XXX)\b', l))
            depth = 0 if l.startswith('}') else max(0, depth + bare.count('{') - bare.count('}'))
        for name, at, size in bodies(lines):
            length.append(size)
            big.append((size, '%s:%d %s' % (os.path.relpath(path, root), at, name)))
    length.sort()
    files.sort()
    q = lambda p: length[int(len(length) * p)] if length else 0
    per = lambda k, m: m * n[k] / max(1, n['loc'])
    share = lambda k: 100 * sum(x > k for x in length) / max(1, len(length))
    v = dict(med=q(.5), p90=q(.9), p99=q(.99), max=length[-1] if length else 0,
             over60=share(60), over100=share(100), wide=per('wide', 100),
             deep=100 * n['deep'] / max(1, n['code']), ifs=per('ifs', 1000), gotos=per('gotos', 1000),
             todos=per('todos', 1000), longest=files[-1] if files else 0)
    print('%s: %d lines, %d files (median %d), %d functions' %
          (root, n['loc'], len(files), files[len(files) // 2] if files else 0, len(length)))
    for k, lim in LIMIT.items():
        print('    %-8s %7.1f  limit %-6g %s' % (k, v[k], lim, 'OVER' if v[k] > lim else 'ok'))
    for size, where in sorted(big, reverse=True)[:5]:
        print('    %5d  %s' % (size, where))
    return sum(v[k] > lim for k, lim in LIMIT.items())


if __name__ == '__main__':
    sys.exit(1 if sum([measure(r) for r in (sys.argv[1:] or ['.'])]) else 0)
