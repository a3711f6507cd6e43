"""Package managers through the proxy, from repositories that the tests make: what is installed is what a direct run installs."""
import base64
import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import zipfile

import pytest

from conftest import DEADLINE, Dump, need
from webs import Files


def noise(seed, size):
    return random.Random(seed).randbytes(size)


def tree(folder):
    """What is in it: names and sums."""
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.rglob("*")) if f.is_file()}


def run(argv, cwd, **env):
    """The program, told nothing by this machine's own settings."""
    keep = {k: os.environ[k] for k in ("PATH", "LANG", "LC_ALL", "TMPDIR", "ASAN_OPTIONS") if k in os.environ}
    r = subprocess.run([str(a) for a in argv], cwd=cwd, env={**keep, "HOME": str(cwd), **env}, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=6 * DEADLINE, text=True, errors="replace")
    assert r.returncode == 0, r.stdout[-3000:]
    return r.stdout


@pytest.fixture(params=["http", "https"])
def files(request, tmp_path, authority):
    (tmp_path / "web").mkdir()
    with Files(tmp_path / "web", authority.leaf("localhost") if request.param == "https" else None) as f:
        yield f


# --- apt ---------------------------------------------------------------------

CONTROL = "Package: {name}\nVersion: 1.0\nArchitecture: all\nMaintainer: a <a@a.test>\nDescription: made by a test\n"


def make_deb(tmp_path, files, name, size):
    top = tmp_path / "deb" / name
    (top / "DEBIAN").mkdir(parents=True)
    (top / "DEBIAN" / "control").write_text(CONTROL.format(name=name))
    (top / "data").write_bytes(noise(name, size))
    deb = files.folder / f"{name}_1.0_all.deb"
    run(["dpkg-deb", "--build", "--root-owner-group", "-Znone", top, deb], tmp_path)
    content = deb.read_bytes()
    return CONTROL.format(name=name) + f"Filename: ./{deb.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"


def apt(folder, files, names, options):
    """Its own lists, cache and settings: this machine's are left alone."""
    for d in ("lists/partial", "cache/archives/partial", "etc/parts", "got"):
        (folder / d).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "etc/list").write_text(f"deb [trusted=yes] {files.url}/ ./\n")
    conf = {"Dir::State::lists": folder / "lists", "Dir::State::status": folder / "status", "Dir::Cache": folder / "cache",
            "Dir::Etc": folder / "etc", "Dir::Etc::sourcelist": folder / "etc/list", "Dir::Etc::sourceparts": folder / "etc/parts",
            "Dir::Etc::main": "/dev/null", "Dir::Etc::parts": folder / "etc/parts", "APT::Sandbox::User": "",
            "Acquire::Languages": "none", "APT::Update::Post-Invoke-Success": "", **options}
    (folder / "apt.conf").write_text("".join(f'{k} "{v}";\n' for k, v in conf.items()))
    env = {"APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}
    run(["apt-get", "-q", "update", "--error-on=any"], folder, **env)
    run(["apt-get", "-q", "download", *names], folder / "got", **env)
    return tree(folder / "got")


def test_apt(tmp_path, files, authority):
    """Lists and packages, asked for in pipelines where they come in the clear."""
    need("apt-get", "dpkg-deb")
    sizes = {f"weir-test-{n}": 1000 * 7 ** (n % 5) for n in range(20)}
    listed = "\n".join(make_deb(tmp_path, files, name, size) for name, size in sizes.items()).encode()
    (files.folder / "Packages.gz").write_bytes(gzip.compress(listed))
    sums = "".join(f" {hashlib.sha256(text).hexdigest()} {len(text)} {name}\n"
                   for name, text in (("Packages", listed), ("Packages.gz", gzip.compress(listed))))
    (files.folder / "Packages").write_bytes(listed)
    (files.folder / "Release").write_text(f"Origin: test\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n{sums}")
    with Dump(tmp_path, trust=authority.pem) as p:
        direct = apt(tmp_path / "direct", files, sizes, {"Acquire::https::CaInfo": authority.pem})
        asked = len(files.asked)
        through = apt(tmp_path / "through", files, sizes, {"Acquire::http::Proxy": p.url, "Acquire::https::Proxy": p.url,
                                                           "Acquire::https::CaInfo": p.ca})
        assert len(direct) == len(sizes) and through == direct
        assert len(files.asked) > asked + len(sizes)
        for name in sizes:
            p.sees(f"/{name}_1.0_all.deb")


# --- pip ---------------------------------------------------------------------

def make_wheel(folder, name, needs=""):
    dist = f"{name}-1.0.dist-info"
    members = {f"{name}/__init__.py": f"name = {name!r}\n".encode(), f"{name}/data": noise(name, 300000),
               f"{dist}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
               f"{dist}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}".encode()}
    rows = [f"{n},sha256={base64.urlsafe_b64encode(hashlib.sha256(c).digest()).rstrip(b'=').decode()},{len(c)}\n"
            for n, c in members.items()]
    members[f"{dist}/RECORD"] = ("".join(rows) + f"{dist}/RECORD,,\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for n, c in members.items():
            z.writestr(zipfile.ZipInfo(n), c)
    (folder / f"{name}-1.0-py3-none-any.whl").write_bytes(out.getvalue())
    (folder / f"{name}-1.0-py3-none-any.whl.metadata").write_bytes(members[f"{dist}/METADATA"])
    return hashlib.sha256(out.getvalue()).hexdigest(), hashlib.sha256(members[f"{dist}/METADATA"]).hexdigest()


def index(files, name, sums, metadata):
    more = f' data-dist-info-metadata="sha256={sums[1]}"' if metadata else ""
    page = f'<!DOCTYPE html><a href="/{name}-1.0-py3-none-any.whl#sha256={sums[0]}"{more}>{name}-1.0-py3-none-any.whl</a>'
    files.pages[f"/simple/{name}/"] = lambda _: ("text/html", page.encode())


@pytest.mark.parametrize("way", ["whole", "metadata", "ranges"])
def test_pip(tmp_path, files, authority, way):
    """A wheel and the one it needs: read whole, by what the index says of them, and piece by piece with ranges."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("not installed: pip")
    for name, needs in (("weirtop", "Requires-Dist: weirlow\n"), ("weirlow", "")):
        index(files, name, make_wheel(files.folder, name, needs), way == "metadata")
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir", "--no-input"]
    install = [*pip, "install", "--no-compile", "--index-url", f"{files.url}/simple", *(["--use-feature=fast-deps"] if way == "ranges" else [])]
    with Dump(tmp_path, trust=authority.pem) as p:
        run([*install, "--cert", authority.pem, "--target", tmp_path / "direct", "weirtop"], tmp_path)
        del files.asked[:]
        run([*install, "--proxy", p.url, "--cert", p.ca, "--target", tmp_path / "through", "weirtop"], tmp_path)
        assert tree(tmp_path / "through") == tree(tmp_path / "direct") and (tmp_path / "through/weirlow/data").exists()
        p.sees("/weirlow-1.0-py3-none-any.whl")
        if way == "metadata":
            assert any(path.endswith(".metadata") for _, path, _ in files.asked)
        if way == "ranges":
            assert any(ranges for _, _, ranges in files.asked)
            p.sees("206 Partial Content")


# --- npm ---------------------------------------------------------------------

def make_module(files, name, needs):
    out = io.BytesIO()
    about = {"name": name, "version": "1.0.0", "dependencies": needs}
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        for path, text in {"package/package.json": json.dumps(about).encode(), "package/index.js": noise(name, 40000)}.items():
            member = tarfile.TarInfo(path)
            member.size = len(text)
            t.addfile(member, io.BytesIO(text))
    (files.folder / f"{name}-1.0.0.tgz").write_bytes(out.getvalue())
    sum512 = base64.b64encode(hashlib.sha512(out.getvalue()).digest()).decode()
    dist = {"tarball": f"{files.url}/{name}-1.0.0.tgz", "integrity": f"sha512-{sum512}"}
    page = {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {**about, "dist": dist}}}
    files.pages[f"/{name}"] = lambda _: ("application/json", json.dumps(page).encode())


def test_npm(tmp_path, files, authority):
    """A module that needs forty others, and the audit that is posted at the end."""
    need("npm")
    audits = []
    files.pages["/-/npm/v1/security/advisories/bulk"] = lambda body: (audits.append(gzip.decompress(body)), ("application/json", b"{}"))[1]
    names = [f"weir-low-{n}" for n in range(40)]
    make_module(files, "weir-top", {n: "^1.0.0" for n in names})
    for n in names:
        make_module(files, n, {})

    def install(folder, *options):
        folder.mkdir()
        (folder / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
        run(["npm", "install", "--registry", files.url, "--cache", folder / "cache", "--userconfig", folder / "mine", "--globalconfig",
             folder / "all", "--noproxy", "", "--no-fund", "--no-update-notifier", "--fetch-retries", "0", *options, "weir-top"], folder)
        return {**tree(folder / "node_modules"), "lock": (folder / "package-lock.json").read_text()}
    with Dump(tmp_path, trust=authority.pem) as p:
        direct = install(tmp_path / "direct", "--cafile", authority.pem)
        through = install(tmp_path / "through", "--cafile", p.ca, "--proxy", p.url, "--https-proxy", p.url)
        assert through == direct and len(direct) > 80
        assert len(audits) == 2 and audits[0] == audits[1]
        p.sees("/-/npm/v1/")
        for n in names:
            p.sees(f"/{n}-1.0.0.tgz")
