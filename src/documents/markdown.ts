import { splitFormulas } from "../citations/tex";

/** What stays (addresses, and underscores within words), and the signs that Markdown takes for its own; a brace may begin attributes, and an at sign a citation. */
const KEPT_OR_SIGN =
  /(https?:\/\/[^\s<>\\`*[\]]+|(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}]))|[\\`*_[\]<>~^|$#]|\{(?=[.#:-]|\w+=)|(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}_])|&(?=#?\w+;)/gu;
/** At the beginning of a paragraph, signs and numbers that begin a list, a rule or a heading. */
const BEGINNING = /^(\d{1,9})(?=[.)](?:\s|$))|^(?=[-+=:])/;
/** In a formula, what begins a tag or a link for programs that do not know formulas; a space means nothing to TeX. */
const IN_FORMULA = /<(?=[A-Za-z/!?])|\](?=[([:])/g;

/** A text on one line that shows as it is in Markdown of all kinds. Formulas stay, for the many programs that show them. */
export function escapeMarkdown(text: string): string {
  const escaped = splitFormulas(text.replace(/\s+/g, " ").trim()).map((part) =>
    part.isFormula
      ? part.text.replace(IN_FORMULA, "$& ")
      : part.text.replace(KEPT_OR_SIGN, (sign, kept) => (kept === undefined ? `\\${sign}` : keep(kept))),
  );
  return escaped.join("").replace(BEGINNING, "$1\\");
}

const SIGN_IN_ADDRESS = /[~^$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u;
/** Behind an address, these belong to the sentence. */
const PUNCTUATION = ".,:;!?'\")";

/** An address with signs that some programs take for emphasis, an index or a formula, in angle brackets, which all understand. */
function keep(text: string): string {
  let end = text.length;
  while (PUNCTUATION.includes(text[end - 1]!)) end--;
  const address = text.slice(0, end);
  return text.startsWith("http") && SIGN_IN_ADDRESS.test(address) ? `<${address}>${text.slice(end)}` : text;
}

/** A link; the text alone where there is no URL. */
export function markdownLink(text: string, url: string | null): string {
  const label = escapeMarkdown(text);
  return url === null ? label : `[${label}](<${url.replace(/[<>\\\s]/g, encodeURIComponent)}>)`;
}

/** Characters that JSON has as they are, but YAML does not. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A text in double quotes, which YAML reads as JSON does: dates, numbers and colons in it are nothing but text. */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A field of a list of texts. */
export function yamlList(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? `${name}: []` : [`${name}:`, ...texts.map((text) => `  - ${yamlText(text)}`)].join("\n");
}
