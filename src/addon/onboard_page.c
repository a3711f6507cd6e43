#include "addon/onboard_page.h"

#define SECTION(title, files, text) \
	"<details><summary>" title "</summary>\n<p>" files "</p>\n" text \
	"</details>\n"
#define GET(kind, name)	"<a href=\"/cert/" kind "\">" name "</a>"
#define PEM	GET("pem", "weir-ca-cert.pem")
#define CER	GET("cer", "weir-ca-cert.cer")
#define P12	GET("p12", "weir-ca-cert.p12")

const char	onboard_html[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>weir: trust the certificate authority</title>\n"
    "<style>\n"
    "body{font:16px/1.5 sans-serif;max-width:44em;margin:2em auto;"
    "padding:0 1em;color:#222;background:#fff}\n"
    "pre,code{font:14px/1.4 monospace;background:#f2f2f2}\n"
    "pre{padding:.6em;overflow-x:auto}\n"
    "summary{cursor:pointer;font-weight:bold;padding:.3em 0}\n"
    "a{color:#05c}.big a{display:inline-block;margin:0 1em .5em 0;"
    "padding:.4em .8em;border:1px solid #05c;border-radius:4px;"
    "text-decoration:none}\n"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}"
    "pre,code{background:#2a2a2a}a{color:#7bf}.big a{border-color:#7bf}}\n"
    "</style></head><body>\n"
    "<h1>You are going through weir</h1>\n"
    "<p>To look into HTTPS, weir shows your programs certificates that it "
    "signs itself. They are accepted once this program's own certificate "
    "authority is trusted. It was made on the machine where weir runs, and "
    "its key never leaves that machine.</p>\n"
    "<p class=\"big\">" PEM " " CER " " P12 "</p>\n"
    "<p>Trust it only on machines that are yours, and take it away when "
    "you are done.</p>\n"
    "<h2>Systems</h2>\n"
    SECTION("Debian, Ubuntu", PEM,
	"<pre>sudo cp weir-ca-cert.pem "
	"/usr/local/share/ca-certificates/weir.crt\n"
	"sudo update-ca-certificates</pre>\n")
    SECTION("Fedora, RHEL, openSUSE", PEM,
	"<pre>sudo cp weir-ca-cert.pem /etc/pki/ca-trust/source/anchors/\n"
	"sudo update-ca-trust</pre>\n"
	"<p>openSUSE: <code>/etc/pki/trust/anchors/</code> and "
	"<code>update-ca-certificates</code>.</p>\n")
    SECTION("Arch, Alpine", PEM,
	"<pre>sudo trust anchor weir-ca-cert.pem          # Arch\n"
	"cp weir-ca-cert.pem /usr/local/share/ca-certificates/weir.crt "
	"# Alpine\nupdate-ca-certificates</pre>\n")
    SECTION("macOS", PEM,
	"<pre>sudo security add-trusted-cert -d -r trustRoot \\\n"
	"    -k /Library/Keychains/System.keychain weir-ca-cert.pem</pre>\n")
    SECTION("Windows", CER,
	"<pre>certutil -addstore root weir-ca-cert.cer</pre>\n"
	"<p>Or open the file: Install Certificate, Local Machine, place in "
	"<i>Trusted Root Certification Authorities</i>.</p>\n")
    SECTION("iOS, iPadOS", PEM,
	"<ol><li>Open the file in Safari and allow the profile.</li>\n"
	"<li>Settings, General, VPN &amp; Device Management: install it.</li>"
	"\n<li>Settings, General, About, Certificate Trust Settings: switch "
	"weir on.</li></ol>\n")
    SECTION("Android", CER,
	"<ol><li>Download the file.</li>\n"
	"<li>Settings, Security, Encryption &amp; credentials, Install a "
	"certificate, CA certificate.</li></ol>\n"
	"<p>Since Android 7 apps trust it only if their network security "
	"configuration says so; browsers do.</p>\n")
    "<h2>Programs</h2>\n"
    SECTION("Firefox", PEM,
	"<p>Settings, Privacy &amp; Security, View Certificates, "
	"Authorities, Import; tick <i>identify websites</i>.</p>\n")
    SECTION("Chromium, Chrome on Linux", PEM,
	"<pre>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n weir "
	"-i weir-ca-cert.pem</pre>\n"
	"<p>(Package libnss3-tools.) On other systems it uses the "
	"system's.</p>\n")
    SECTION("curl, wget", PEM,
	"<pre>curl --cacert weir-ca-cert.pem https://example.org/\n"
	"wget --ca-certificate=weir-ca-cert.pem https://example.org/\n"
	"export CURL_CA_BUNDLE=$PWD/weir-ca-cert.pem</pre>\n")
    SECTION("Python", PEM,
	"<pre>export SSL_CERT_FILE=$PWD/weir-ca-cert.pem        # ssl, "
	"httpx\nexport REQUESTS_CA_BUNDLE=$PWD/weir-ca-cert.pem   # "
	"requests\npip --cert weir-ca-cert.pem install ...</pre>\n")
    SECTION("Node", PEM,
	"<pre>export NODE_EXTRA_CA_CERTS=$PWD/weir-ca-cert.pem</pre>\n")
    SECTION("Java", CER,
	"<pre>keytool -importcert -cacerts -storepass changeit -noprompt "
	"\\\n    -alias weir -file weir-ca-cert.cer</pre>\n")
    SECTION("Go, Git, Ruby, OpenSSL", PEM,
	"<pre>export SSL_CERT_FILE=$PWD/weir-ca-cert.pem\n"
	"git config --global http.sslCAInfo $PWD/weir-ca-cert.pem</pre>\n")
    "</body></html>\n";
