import { isPublicAddress } from "../../src/webhooks/receivers/public-address";
import { PUBLIC_ONLY, type ReceiverRules, urlProblem } from "../../src/webhooks/receivers/receiver-url";

const HTTP: ReceiverRules = { ...PUBLIC_ONLY, http: true };

/** Every way to write a host that is not of the public internet. */
const HOSTILE_HOSTS = [
  // Loopback, in the spellings that URLs have for it.
  "127.0.0.1",
  "127.1",
  "127.255.255.254",
  "0x7f000001",
  "0x7f.0.0.1",
  "017700000001",
  "2130706433",
  "127.0.0.1.",
  "127。0。0。1",
  "１２７.0.0.1",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "app.localhost",
  // "This network".
  "0.0.0.0",
  "0",
  "0.1.2.3",
  "[::]",
  // Private.
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "[fc00::1]",
  "[fd12:3456:789a::1]",
  "[fec0::1]",
  // Link-local, with the metadata of clouds.
  "169.254.169.254",
  "[fe80::1]",
  "metadata.google.internal",
  "instance-data.internal",
  // Of providers, for tests and documentation, multicast, reserved.
  "100.64.0.1",
  "100.127.255.255",
  "192.0.0.1",
  "192.0.2.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.9",
  "192.88.99.1",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "[ff02::1]",
  "[2001:db8::1]",
  "[3fff::1]",
  "[100::1]",
  "[2001:2::1]",
  "[2001:10::1]",
  "[5f00::1]",
  "[4000::1]",
  // An address of IPv4 within one of IPv6, whichever it is.
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:8.8.8.8]",
  "[::127.0.0.1]",
  "[::8.8.8.8]",
  "[::ffff:0:127.0.0.1]",
  "[2002:7f00:1::]",
  "[2002:808:808::1]",
  "[2001:0:7f00:1::]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::8.8.8.8]",
  "[64:ff9b:1::1]",
  // Names of no public name server.
  "intranet",
  "printer.local",
  "hooks.internal",
  "router.lan",
  "nas.home.arpa",
  "abc.onion",
  // Names that there cannot be.
  "hooks..example.com",
  "hooks.example.com..",
  ".example.com",
  `${"a".repeat(64)}.com`,
  `${"a.".repeat(130)}com`,
  "[fe80::1%25eth0]",
];

describe("a webhook's URL", () => {
  test.each(HOSTILE_HOSTS)("must not be of %s", (host) => {
    expect(urlProblem(`https://${host}/hook`, PUBLIC_ONLY)).toMatch(
      /is not a public (?:address|host name)\.$|an absolute URL/,
    );
  });

  test("has to use https, but where a setting allows http", () => {
    expect(urlProblem("http://hooks.example.com/", PUBLIC_ONLY)).toBe("url must begin with https://, not http://.");
    expect(urlProblem("http://hooks.example.com/", HTTP)).toBeNull();
    for (const url of ["ftp://hooks.example.com/", "file:///etc/passwd", "gopher://hooks.example.com/", "data:,x"])
      expect(urlProblem(url, HTTP)).toMatch(/^url must begin with https:\/\/ or http:\/\/, not /);
  });

  test("has to use a port of the web", () => {
    expect(urlProblem("https://hooks.example.com:443/", PUBLIC_ONLY)).toBeNull();
    expect(urlProblem("https://hooks.example.com:22/", PUBLIC_ONLY)).toBe("url must use port 443, not 22.");
    expect(urlProblem("http://hooks.example.com:6379/", HTTP)).toBe("url must use port 443 or 80, not 6379.");
  });

  test("has no user, and a reasonable length", () => {
    expect(urlProblem("https://a:b@hooks.example.com/", PUBLIC_ONLY)).toBe(
      "url must not have a user or password: put a secret into its path.",
    );
    expect(urlProblem(`https://hooks.example.com/${"a".repeat(2000)}`, PUBLIC_ONLY)).toBe(
      "url must have at most 2000 characters.",
    );
    expect(urlProblem("hooks", PUBLIC_ONLY)).toBe("url must be an absolute URL, e.g. https://hooks.example/papers.");
  });

  test.each([
    "https://hooks.slack.com/services/T/B/x",
    "https://münchen.de/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
  ])("may be %s", (url) => {
    expect(urlProblem(url, PUBLIC_ONLY)).toBeNull();
  });

  test("may be of the names, addresses and networks that the operator allows, at any port", () => {
    const rules = { http: false, allow: { names: new Set(["hooks.lan"]), networks: ["10.1.0.0/16", "fd00::1"] } };
    for (const host of ["hooks.lan", "HOOKS.lan.", "10.1.2.3", "[fd00::1]"])
      expect(urlProblem(`https://${host}:8443/x`, rules)).toBeNull();
    for (const host of ["other.lan", "10.2.0.1", "[fd00::2]", "[::ffff:10.1.2.3]"])
      expect(urlProblem(`https://${host}/x`, rules)).not.toBeNull();
  });

  test("is not of an address that cannot be read", () => {
    for (const text of ["", "fe80::1%eth0", "1.2.3", "nonsense", "::ffff:8.8.8.8"])
      expect(isPublicAddress(text)).toBe(false);
  });
});
