/** What XML 1.0 does not allow (section 2.2): controls, halves of surrogate pairs, U+FFFE and U+FFFF. */
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** The same, or half of a pair: without the flag u it is found four times as fast, and most texts have none. */
const PERHAPS_NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/;

/** A text without characters that are not allowed in XML, even escaped: one of them makes a whole feed unreadable. */
export function xmlText(text: string): string {
  return PERHAPS_NO_XML.test(text) ? text.replace(NO_XML, "") : text;
}
