import { readEntities } from "./entities";
import { FONTS, readTexAccents } from "./tex-accents";

/** Invisible characters, which are removed from searched texts. */
const INVISIBLE = String.raw`\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff`;
const ALL_INVISIBLE = new RegExp(`[${INVISIBLE}]`, "gu");

/** Greek letters by their TeX names. */
const GREEK = new Map(
  (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π " +
    "rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ " +
    "Phi Φ Psi Ψ Omega Ω ell l"
  )
    .match(/\S+ \S+/g)!
    .map((pair) => pair.split(" ") as [string, string]),
);

/** TeX's commands for letters, and for accents in any number, with the letter that they are on. */
const LETTER = String.raw`\\(?:ss|ae|AE|oe|OE|aa|AA|[oOlLij]|dh|DH|dj|DJ|th|TH|ng|NG)(?![A-Za-z])(?:\{\}|\s(?![A-Z])|(?<=[A-Z])\s)?`;
const ACCENT = "\\\\(?:[\"'`^~=.]\\s?|[uvHckrdb](?:\\s|(?=\\{)))\\{?\\s?\\{?";
const ACCENTED = String.raw`(?:${ACCENT}){1,4}(?:[A-Za-z]|${LETTER})\}{0,8}`;
/** Commands for fonts, and for accents in formulas. */
const FONT = String.raw`\\(?:${FONTS}|mathring|(?:wide)?(?:tilde|hat)|bar|vec|d?dot|acute|grave|check|breve)\s?(?=\{)`;
/** What unaccent makes of the letters without an accent that have a command or an entity. */
const PLAIN: Record<string, string> = { ß: "ss", æ: "ae", Æ: "AE", œ: "oe", Œ: "OE", ø: "o", Ø: "O", ł: "l", Ł: "L" };
Object.assign(PLAIN, { ı: "i", ȷ: "j", ð: "d", Ð: "D", đ: "d", Đ: "D", þ: "th", Þ: "TH", ŋ: "n", Ŋ: "N" });

/** Units of reading: what TeX or HTML has for a letter or sign, a multiplication sign, a character with those that combine with it. */
const SEGMENTS = new RegExp(
  [
    `(?<entity>&(?:amp;)*(?:(?<number>#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6})|[A-Za-z][A-Za-z0-9]{1,7});)`,
    `(?<accented>${ACCENTED}|${LETTER})`,
    `(?<font>${FONT})`,
    String.raw`(?<tex>\$?)\\(?<greek>${[...GREEK.keys()].join("|")})(?![A-Za-z])\k<tex>`,
    String.raw`(?<times>(?=\s?\\times|×)(?:(?<=[0-9][${INVISIBLE}$]{0,9})(?:\s?\\times(?![A-Za-z])\s?(?=[0-9])|\\times(?![A-Za-z])|×)|(?:\\times(?![A-Za-z])\s?|×)(?=[${INVISIBLE}$]{0,9}[0-9])))`,
    String.raw`[^][\p{M}\uff9e\uff9f\u1160-\u11ff\uffa0-\uffdc${INVISIBLE}]*`,
  ].join("|"),
  "gu",
);

/** Letters and digits, also circled letters and full-width ones, but not fractions or circled digits, which are signs. */
const NORMALIZED =
  /^(?![\u00bc-\u00be\u2150-\u215f\u2460-\u249b\u{1f100}-\u{1f1ff}])[\p{L}\p{M}\p{N}\u249c-\u24e9\uff01-\uff5e]/u;

/**
 * The printed text with its letters and digits as `searchable` reads them, and the position in print of each of its UTF-16
 * code units. Signs stay.
 */
export function readPrinted(printed: string): { read: string; origins: number[] } {
  let read = "";
  const origins: number[] = [];
  for (const { 0: segment, index, groups } of printed.matchAll(SEGMENTS)) {
    const letters = lettersOf(segment, groups!);
    for (let i = 0; i < letters.length; i++) origins.push(letters === segment ? index + i : index);
    read += letters;
  }
  return { read, origins: [...origins, printed.length] };
}

function lettersOf(segment: string, { entity, number, accented, font, greek, times }: Record<string, string>): string {
  if (font) return "";
  if (times) return "x";
  if (greek) return GREEK.get(greek)!;
  if (accented) return withoutAccents(readTexAccents(accented));
  if (!entity) return normalize(segment);
  const sign = readEntities(entity);
  return normalize(number ? sign : withoutAccents(sign));
}

/** As `searchable` writes letters that are printed by commands. */
function withoutAccents(letter: string): string {
  return [...letter.normalize("NFD").replace(/\p{M}/gu, "")].map((each) => PLAIN[each] ?? each).join("");
}

function normalize(segment: string): string {
  if (segment === "♯") return "#";
  const visible = segment.replace(ALL_INVISIBLE, "");
  return NORMALIZED.test(visible) ? visible.normalize("NFKC") : visible;
}
