interface TexPart {
  text: string;
  isFormula: boolean;
}

/** In characters; what is longer between two signs is no formula, and looking for their partners takes no longer than reading. */
const MAX_FORMULA = 2000;

/** What tells a formula from an amount of money, besides the places of its spaces. */
const TEX = /[\\^_{]/;

/** Splits a text at its formulas: `$...$`, `$$...$$`, `\(...\)` and `\[...\]`. A single `$`, as in "$5", begins none. */
export function splitFormulas(text: string): TexPart[] {
  const parts: TexPart[] = [];
  let begin = 0;
  for (let i = 0; i < text.length; i++) {
    const end = endOfFormula(text, i);
    if (end > i) {
      parts.push({ text: text.slice(begin, i), isFormula: false }, { text: text.slice(i, end), isFormula: true });
      begin = end;
      i = end - 1;
    } else if (text[i] === "\\") i++;
  }
  return [...parts, { text: text.slice(begin), isFormula: false }].filter((part) => part.text !== "");
}

const DELIMITERS = [
  ["$$", "$$"],
  ["$", "$"],
  ["\\(", "\\)"],
  ["\\[", "\\]"],
] as const;

/** The index behind the formula that begins at `from`; `from` if none begins there. */
function endOfFormula(text: string, from: number): number {
  const delimiters = DELIMITERS.find(([open]) => text.startsWith(open, from));
  if (!delimiters) return from;
  const [open, close] = delimiters;
  const begin = from + open.length;
  const end = endOfGroup(text, begin, close);
  const isFormula = end > begin && (open !== "$" || isMeant(text.slice(begin, end), text[end + 1]));
  return isFormula ? end + close.length : from;
}

/** The index of a closing delimiter outside of braces; -1 if there is none. */
function endOfGroup(text: string, from: number, close: string): number {
  const last = Math.min(text.length, from + MAX_FORMULA);
  for (let i = from, depth = 0; i < last; i++) {
    if (depth === 0 && text.startsWith(close, i)) return i;
    if (text[i] === "\\") i++;
    else if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth < 0) return -1;
  }
  return -1;
}

/** Pandoc's rule: no space inside of the signs, and no digit behind them; but TeX is always meant. */
function isMeant(inside: string, next = ""): boolean {
  return TEX.test(inside) || (!/^\s|\s$/.test(inside) && !/\d/.test(next));
}

/** A tilde that ties nothing, as in "~100" and "3~5", is a sign; in "Dr.~RTL" it is TeX's space. */
const COMMAND_OR_SIGN = /\\(?:[A-Za-z]+|.)|[\\&%#_^$]|(?<![\p{L}\p{N}.,:;$})\]])~|~(?!\S)|(?<=\d)~(?=\d)/gsu;
const COMMAND_OR_COMMENT = /\\.|[%#]/gsu;

/** A text that may hold TeX as a value between braces: what TeX would take for something else is escaped, TeX itself stays. */
export function escapeTex(text: string): string {
  return splitFormulas(withoutLooseBraces(text))
    .map((part) => part.text.replace(part.isFormula ? COMMAND_OR_COMMENT : COMMAND_OR_SIGN, escapeSign))
    .join("");
}

function escapeSign(sign: string): string {
  if (sign === "~") return "\\textasciitilde{}";
  if (sign === "^") return "\\textasciicircum{}";
  if (sign === "\\") return "\\textbackslash{}";
  // Some readers take its second sign together with a brace that follows.
  if (sign === "\\\\") return "\\\\ ";
  return sign.length === 1 ? `\\${sign}` : sign;
}

/** BibTeX counts braces with a backslash, too: unless they are in pairs, these are written as words, and others without a partner dropped. */
function withoutLooseBraces(text: string): string {
  const isLoose = looseBraces(text);
  if (isLoose.size === 0) return text;
  const worded = text.replace(/\\(?:([{}])|.)/gsu, (command, brace) =>
    brace ? (brace === "{" ? "\\lbrace " : "\\rbrace ") : command,
  );
  const loose = looseBraces(worded);
  return Array.from({ length: worded.length }, (_, i) => (loose.has(i) ? "" : worded[i])).join("");
}

/** The indexes of braces without a partner. */
function looseBraces(text: string): Set<number> {
  const open: number[] = [];
  const loose = new Set<number>();
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") open.push(i);
    else if (text[i] === "}" && open.pop() === undefined) loose.add(i);
  }
  return new Set([...loose, ...open]);
}
