import { readXml, type XmlElement, XmlError } from "../../../src/ingest/sources/xml.reader";

const MB = 1024 * 1024;
const LIST = new Set(["urn:x list"]);

async function read(...chunks: (string | Uint8Array)[]): Promise<XmlElement[]> {
  const elements: XmlElement[] = [];
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  }
  for await (const element of readXml(bytes(), LIST, MB)) elements.push(element);
  return elements;
}

describe("XML", () => {
  test("gives the root, then each of its children and of those of containers, with namespaces, text and attributes", async () => {
    const elements = await read(
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!-- c --><x:feed xmlns:x="urn:x" xmlns="urn:y" x:v="1">aside',
      '<id>a &amp; b &#233;</id><x:list><p n="1"><q><![CDATA[<i>]]> &lt;</q></p><p/></x:list><p/></x:feed>',
    );
    expect(elements.map(({ uri, name, text }) => [uri, name, text])).toEqual([
      ["urn:x", "feed", ""],
      ["urn:y", "id", "a & b é"],
      ["urn:y", "p", ""],
      ["urn:y", "p", ""],
      ["urn:y", "p", ""],
    ]);
    expect(elements[0]!.attributes.get("v")).toBe("1");
    expect(elements[2]).toMatchObject({ children: [{ name: "q", text: "<i> <" }] });
    expect(elements[2]!.attributes.get("n")).toBe("1");
  });

  test("may be cut within a character", async () => {
    const bytes = Buffer.from("<a><b>é</b></a>");
    expect((await read(bytes.subarray(0, 7), bytes.subarray(7)))[1]!.text).toBe("é");
  });

  const LOL = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><a>&m;</a>';
  test.each([
    ["is cut off", "<a><b>x</b>", "not well-formed XML: in line 1, column 11: unclosed tag: a"],
    ["has no root", "  ", "not well-formed XML: in line 1, column 2: document must contain a root element"],
    ["closes another tag", "<a>\n<b></a>", /^not well-formed XML: in line 2, column \d+: unexpected close tag/],
    ["has an entity of its own", "<a>&nbsp;</a>", /undefined entity/],
    ["expands entities", LOL, "XML that declares a document type, which is not read"],
    [
      "reads a file",
      '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      "XML that declares a document type, which is not read",
    ],
    ["has a prefix without a namespace", "<x:a/>", /unbound namespace prefix/],
    ["has a control character", "<a>\u0001</a>", /disallowed character/],
    ["has two roots", "<a/><b/>", /documents may contain only one root/],
    ["nests too deep", "<a>".repeat(60), "XML that is nested more than 50 levels deep"],
    ["has an endless element", `<a><b>${"x".repeat(2 * MB)}`, "XML with an element of more than 1 MB"],
    ["has an endless tag", `<a ${"x".repeat(2 * MB)}`, "XML with an element of more than 1 MB"],
    [
      "has an element of too many others",
      `<a><b>${"<c/>".repeat(100_000)}`,
      "XML with more than 100000 elements and attributes in one element",
    ],
    [
      "has too many attributes",
      `<a><b ${Array.from({ length: 100_001 }, (_, i) => `a${i}=''`).join(" ")}`,
      "XML with more than 100000 elements and attributes in one element",
    ],
    ["says it is of another encoding", '<?xml version="1.0" encoding="latin1"?><a/>', "not encoded in UTF-8"],
  ])("that %s is an error that says so", async (_, text, message) => {
    const reading = read(text);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(XmlError);
  });

  test("of another encoding is an error that says so", async () => {
    await expect(read(Buffer.from("<a>é</a>", "latin1"))).rejects.toThrow("not encoded in UTF-8");
    await expect(read(Buffer.from("<a>é</a>", "utf16le"))).rejects.toBeInstanceOf(XmlError);
  });

  test("gives what comes before an error", async () => {
    const elements = readXml(["<a><b>1</b>", "<c></a>"], LIST);
    expect([(await elements.next()).value?.name, (await elements.next()).value?.name]).toEqual(["a", "b"]);
    await expect(elements.next()).rejects.toThrow("unexpected close tag");
  });

  test("keeps others waiting for one piece of a long text only", async () => {
    let hadTheirTurn = false;
    setImmediate(() => {
      hadTheirTurn = true;
    });
    let elements = 0;
    for await (const _ of readXml([`<a>${"<b>text</b>".repeat(20_000)}</a>`], LIST)) elements++;
    expect([elements, hadTheirTurn]).toEqual([20_001, true]);
  });

  test("may have many elements that are short of that, each of ten thousand authors", async () => {
    const paper = `<p>${"<author><name>A</name><from>B</from></author>".repeat(10_000)}</p>`;
    const elements = await read(`<a>${paper}`, paper, paper, paper, "</a>");
    expect(elements.map(({ children }) => children.length)).toEqual([0, 10_000, 10_000, 10_000, 10_000]);
  });

  test("is read no further than it is asked for", async () => {
    let pieces = 0;
    function* endless() {
      yield "<a>";
      for (;;) {
        pieces++;
        yield "<b>text</b>";
      }
    }
    const elements = readXml(endless(), LIST);
    for (let i = 0; i < 10; i++) await elements.next();
    expect(pieces).toBe(9);
    await elements.return(undefined);
  });
});
