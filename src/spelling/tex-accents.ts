/** TeX accents, as combining marks. */
const ACCENTS: Record<string, string> = {
  '"': "\u0308",
  "'": "\u0301",
  "`": "\u0300",
  "^": "\u0302",
  "~": "\u0303",
  "=": "\u0304",
  ".": "\u0307",
  u: "\u0306",
  v: "\u030c",
  H: "\u030b",
  c: "\u0327",
  k: "\u0328",
  r: "\u030a",
  d: "\u0323",
  b: "\u0331",
  h: "\u0309",
  textcommabelow: "\u0326",
  textcommaabove: "\u0313",
  textdotbelow: "\u0323",
  textogonekcentered: "\u0328",
};
const ACCENT_NAMES = Object.keys(ACCENTS).filter((name) => /^[A-Za-z]/.test(name));

/** Commands for fonts, as a part of a regular expression: what they show is in the braces behind them. */
export const FONTS =
  "text(?:bf|it|md|normal|rm|sc|sf|sl|tt|up)?|math(?:bb|bf|cal|frak|it|normal|rm|scr|sf|tt)|operatorname|boldsymbol|bm|emph";

/** TeX commands for non-ASCII letters, and for apostrophes. */
const LETTERS: Record<string, string> = {
  ss: "ß",
  ae: "æ",
  AE: "Æ",
  oe: "œ",
  OE: "Œ",
  aa: "å",
  AA: "Å",
  o: "ø",
  O: "Ø",
  l: "ł",
  L: "Ł",
  i: "ı",
  j: "ȷ",
  dh: "ð",
  DH: "Ð",
  dj: "đ",
  DJ: "Đ",
  th: "þ",
  TH: "Þ",
  ng: "ŋ",
  NG: "Ŋ",
  SS: "ẞ",
  ij: "ĳ",
  IJ: "Ĳ",
  ohorn: "ơ",
  OHORN: "Ơ",
  uhorn: "ư",
  UHORN: "Ư",
  textquoteright: "’",
  textquoteleft: "‘",
  textquotesingle: "'",
};

/** After a command for a small letter, a space before a capital is a space, not just the end of the command. */
const LETTER = new RegExp(
  String.raw`\\(${Object.keys(LETTERS).join("|")})(?![A-Za-z])(?:\{\}|\s(?!\p{Lu})|(?<=[A-Z]|\\textquote[a-z]{1,6})\s)?`,
  "gu",
);
/**
 * An accent on a letter, which may already have one, in braces or not. An accent command that is a letter ends with a space or
 * a brace.
 */
const ACCENTED = new RegExp(
  String.raw`\\(?:(["'\x60^~=.])\s?|(${ACCENT_NAMES.join("|")})(?:\s|(?=\{)))` +
    String.raw`(?:\{\s?(?:(\p{L})(\p{M}*)|\{(\p{L})(\p{M}*)\})\s?\}|(\p{L})(\p{M}*))`,
  "gu",
);
/** An accent on nothing; for "~" a space is meant, as "~" alone is one. */
const ON_NOTHING = /\\(["'`^~=.])\{\s?\}/g;
/** The most accents on one letter: no letter of any script has more. */
const MOST_ACCENTS = 4;
/** Under an accent, the dotless letters stand for those with a dot. */
const DOTTED: Record<string, string> = { ı: "i", ȷ: "j" };

/** The command for the font of the group behind it. */
export const FONT = new RegExp(String.raw`\\(?:${FONTS})\s*(?=\{)`, "g");
/** The command for the font of the group that it begins. */
const FONT_WITHIN = /(?<=\{)\\(?:bf|it|sc|sf|sl|tt|rm|em|(?:bf|md)series|(?:it|sc|sl|up)shape)(?![A-Za-z])\s*/g;

/** Decodes TeX accents and letters, such as `J{\"o}rg`, to Unicode, without commands for fonts; others stay as they are. */
export function readTexAccents(text: string): string {
  if (!/[\\{}~]/.test(text)) return text;
  let read = text
    .replace(FONT, "")
    .replace(FONT_WITHIN, "")
    .replace(LETTER, (_, name) => LETTERS[name]!)
    .replace(ON_NOTHING, (_, sign) => (sign === "~" ? " " : ""));
  for (let i = 0, before = ""; i < MOST_ACCENTS && read !== before; i++) {
    before = read;
    read = read.replace(ACCENTED, (_, sign, name, braced, marks, inner, innerMarks, bare, bareMarks) =>
      accented(braced ?? inner ?? bare, marks ?? innerMarks ?? bareMarks, ACCENTS[sign ?? name]!),
    );
  }
  return read.replace(/(?<!\\)~|\\[ ,]/g, " ").replace(/[{}]/g, "");
}

/** Adds an accent in the order that composes to one Unicode letter, such as ễ, whichever was written first. */
function accented(letter: string, marks: string, accent: string): string {
  const [base = "", ...others] = (DOTTED[letter] ?? letter).normalize("NFD");
  const before = others.join("") + marks;
  const [asWritten, other] = [before + accent, accent + before].map((all) => (base + all).normalize("NFC"));
  return other!.length < asWritten!.length ? other! : asWritten!;
}
