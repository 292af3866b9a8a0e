import { FONT } from "../spelling/tex-accents";

/** Commands for signs that do not count in a title, however they are printed: ≤, →, ∞ and √. */
const SIGNS =
  "leq?|geq?|leqslant|geqslant|l(?:es)?ssim|gtrsim|lt|gt|neq?|ll|gg|approx|approxeq|sime?q?|equiv|cong|propto|doteq|" +
  "to|gets|mapsto|[lL]eft(?:right)?arrow|[rR]ightarrow|[lL]ong(?:left|right|leftright)arrow|Long(?:left|right)arrow|" +
  "(?:x|hook)(?:left|right)arrow|rightsquigarrow|leadsto|rightleftharpoons|[uU]parrow|[dD]ownarrow|updownarrow|[ns][ew]arrow|" +
  "implies|iff|infty|partial|nabla|sqrt|sum|prod|int|pm|mp|cdots?|ldots|dots|vdots|ddots|dotsc|div|ast|star|circ|bullet|" +
  "oplus|ominus|otimes|odot|wedge|vee|land|lor|neg|lnot|forall|exists|emptyset|varnothing|in|notin|ni|subset(?:eq)?|supset(?:eq)?|" +
  "cup|cap|setminus|perp|parallel|mid|vert|Vert|langle|rangle|lceil|rceil|lfloor|rfloor|triangle|square|Box|diamond|" +
  "checkmark|dag(?:ger)?|ddag(?:ger)?|prime|degree|copyright|textregistered|texttrademark|" +
  "textquote(?:left|right|dbl|dblleft|dblright|single)|textbackslash|textasciitilde|textbar|textless|textgreater|textbullet|" +
  "textellipsis|textdegree|heartsuit|spadesuit|clubsuit|diamondsuit|flat|natural|angle|top|bot|vdash|models";
/** Commands for sizes and spaces. */
const LAYOUT =
  "left|right|middle|[bB]igg?[lrm]?|quad|qquad|newline|linebreak|xspace|protect|displaystyle|textstyle|limits|nolimits|ensuremath|" +
  "tiny|small|large|Large|normalsize|bf|bfseries|it|itshape|em|rm|sc|scshape|sf|sl|tt|ttfamily|upshape";
const WITHOUT_MEANING = new RegExp(String.raw`\\(?:${SIGNS}|${LAYOUT})(?![A-Za-z])\s*`, "g");
/** Those for signs that count, in some places, and for a letter. */
const COUNTED: [RegExp, string][] = [
  [/\\text(?:en|em)dash(?![A-Za-z])(?:\{\})?\s*/g, "–"],
  [/\\colon(?![A-Za-z])/g, ":"],
  [/\\slash(?![A-Za-z])/g, "/"],
  [/\\sharp(?![A-Za-z])/g, "♯"],
  [/\\textsuperscript\s*(?=\{)/g, "^"],
  [/\\textsubscript\s*(?=\{)/g, "_"],
  [/\\ell(?![A-Za-z])/g, "ℓ"],
];
/** Accents in formulas, by the commands of texts. */
const ACCENTS: Record<string, string> = {
  tilde: "~",
  widetilde: "~",
  hat: "^",
  widehat: "^",
  bar: "=",
  dot: ".",
  ddot: '"',
  acute: "'",
  grave: "`",
  check: "v",
  breve: "u",
  mathring: "r",
};
const ACCENT = new RegExp(String.raw`\\(${Object.keys(ACCENTS).join("|")})\s*(?=\{)`, "g");

/** The title without TeX's commands for fonts, layout and signs that do not count, and with formulas' accents as texts have them. */
export function readTexCommands(title: string): string {
  if (!title.includes("\\")) return title;
  const read = title.replace(FONT, "").replace(ACCENT, (_, name) => `\\${ACCENTS[name]}`);
  return COUNTED.reduce((text, [command, sign]) => text.replace(command, sign), read).replace(WITHOUT_MEANING, " ");
}
