import { visible } from "../../src/inputs/visible";

test.each([
  ["a right-to-left override", "Safe\u202etxt.exe", "Safetxt.exe"],
  ["one with its end", "Safe \u202etxt\u202c exe", "Safe txt exe"],
  ["a zero-width space", "zero\u200bwidth", "zerowidth"],
  ["a soft hyphen", "soft\u00adhyphen", "softhyphen"],
  ["a byte order mark", "\ufeffTitle\ufeffs", "Titles"],
  ["a word joiner", "word\u2060joiner", "wordjoiner"],
  ["marks of direction beside Latin letters", "Ada\u200e Example\u200f", "Ada Example"],
  ["isolates around Latin letters", "\u2068Ada\u2069", "Ada"],
  ["controls", "a\u0001b\u007fc\u009fd\u001b[0m", "abcd[0m"],
  ["tags that spell a hidden text", "Title\u{e0048}\u{e0069}", "Title"],
  ["variation selectors in a row, as hidden bytes are written", "a\ufe0f\ufe00\u{e0101}b", "a\ufe0fb"],
  ["a joiner between Latin letters", "Ada\u200dExample \u200c", "AdaExample "],
  ["an override in Hebrew", "\u05e9\u202e\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"],
  ["an isolate in Hebrew that does not end", "\u2067\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"],
  ["an end in Hebrew without a beginning", "\u05e9\u2069\u05dc\u202c", "\u05e9\u05dc"],
  ["an embedding that ends with the isolate around it", "\u2067\u05e9\u202bx\u2069", "\u2067\u05e9x\u2069"],
])("%s is dropped", (_, text, expected) => expect(visible(text)).toBe(expected));

test.each([
  ["joiners in Persian and Hindi", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937"],
  ["the parts of an emoji", "\u{1f469}\u200d\u{1f52c} \u2764\ufe0f"],
  ["the flag of Wales", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}"],
  ["an isolate in Hebrew with its end", "\u05e9 \u2066GPT-4\u2069 \u05dd"],
  ["a mark of direction in Arabic", "\u0627 C++\u200f"],
  ["line breaks and tabs", "one\ntwo\tthree\r\n"],
  ["NUL, which is refused", "a\u0000b"],
])("%s stay", (_, text) => expect(visible(text)).toBe(text));

test("signs that only look like white space are white space", () => {
  expect(visible("a\u3164b\u0085c")).toBe("a b c");
});
