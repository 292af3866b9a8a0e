/** What a comment calls the paper that it belongs to; never an earlier version, or one in other hands. */
const NOUN =
  "(?:paper|article|manuscript|submission|pre-?print|e-?print|work|version|entry|document|draft|report|study|note)";
const ADJECTIVE = "(?:present|current|entire|whole|above|arxiv)";
const OWN = String.raw`(?:(?:this|the|our|my)\s+(?:${ADJECTIVE}\s+){0,2}${NOUN}|it)`;
/** At the start of a sentence, and after what comments count: "12 pages, withdrawn". */
const START = String.raw`(?:^|[.;:!?()\[\]*—–]\s*|\d+\s+(?:pages?|pp|figures?|figs?|tables?)\s*,?\s*(?:and\s+)?)`;
/** A paper may be withdrawn from a conference, and stay on arXiv. */
const FROM = String.raw`from\s+(?!(?:the\s+)?(?:arxiv|repository|archive|server)\b)|as\s+(?:an?\s+)?(?:\w+\s+)?submission\s+(?:to|at|of|for|from)\b`;
const HERE = String.raw`(?!(?:\s+by\s+(?:the\s+)?(?:\w+\s+)?authors?)?\s+(?:${FROM}))`;
const BY_WHOM = String.raw`by\s+(?:the\s+|all\s+)?(?:(?:\w+\s+)?(?:authors?|submitters?)|me|us|arxiv|admin\w*|moderat\w*)\b`;
const REASON =
  "due|because|as\\b|since|for\\b|pending|until|while|owing|following|after|(?:at|on|upon|by|per)\\s+(?:[\\w'’]+\\s+){0,3}request|in\\s+order|in\\s+favou?r|to\\b|temporarily|and\\b|from\\s+(?:the\\s+)?(?:arxiv|repository|server)";
const ADVERB =
  "(?:now|since|temporarily|hereby|formally|officially|voluntarily|currently|therefore|thus|also|already|subsequently|permanently)";
const AUXILIARY = String.raw`(?:(?:has|have)\s+(?:${ADVERB}\s+)?been|was|is|is\s+being|has\s+to\s+be|must\s+be|needs\s+to\s+be)`;
/** What is wrong with the paper itself; "which" and the like begin to speak of another. */
const FAULT = String.raw`(?:contain|ha|include|need|suffer|rel|overlap|duplicate|violate|i|wa)(?:s|ed|d|ies|ied)?\b(?:(?!\b(?:which|that|who|whose|version|arxiv)\b)[^.;:!?]){1,100}?`;
/** What is before "paper" when it is part of another thing: "a version of this paper". */
const NOT_PART = String.raw`(?<!\b(?:of|in|from|to|with|by|on|for|about|than|supersedes|replaces)\s+)`;
const NOT_DENIED =
  "(?<!\\b(?:not|never|against|without|after|before|of|from|than|no\\s+need\\s+to|not\\s+to|could|may|might|would)\\s+)";

const STATEMENTS = [
  // "Withdrawn by the authors", "Paper withdrawn due to an error".
  String.raw`${START}(?:(?:(?:this|the)\s+)?${NOUN}\s+)?withdrawn${HERE}(?:\s*(?:$|[.,;:!?()\[\]*—–-])|\s+(?:${BY_WHOM}|${REASON}))`,
  // "This paper has been withdrawn", "The paper is being withdrawn".
  String.raw`${NOT_PART}\b${OWN}\s+${AUXILIARY}\s+(?:${ADVERB}\s+)?withdrawn\b`,
  String.raw`${START}${NOUN}\s+${AUXILIARY}\s+(?:${ADVERB}\s+)?withdrawn\b`,
  // "This paper contains an error and has been withdrawn", "Has been withdrawn by the author".
  String.raw`${START}${OWN}\s+${FAULT}\s+and\s+(?:${ADVERB}\s+)?${AUXILIARY}\s+(?:${ADVERB}\s+)?withdrawn\b`,
  String.raw`(?:^|[.!?]\s+)(?:has|have)\s+(?:${ADVERB}\s+)?been\s+(?:${ADVERB}\s+)?withdrawn\b`,
  // "The authors are withdrawing this manuscript", "We have decided to withdraw the paper", "I need to withdraw this as …".
  String.raw`${NOT_DENIED}\bwithdr(?:awing|aws|awn|aw|ew)\s+(?:it\b|this(?=\s*(?:$|[.,;:!?])|\s+(?:${REASON}))|(?:this|the|our|my)\s+(?:(?:\w+-)?\w+\s+){0,2}?(?:old-)?${NOUN}\b)`,
  // "We request withdrawal", "the reason for this withdrawal is".
  String.raw`\b(?:request|reason|appl[yi])\w*\s+(?:for\s+)?(?:(?:the|this|its|our|a|immediate|formal|full|complete)\s+){0,3}withdrawal\b`,
].map((statement) => new RegExp(statement + HERE, "i"));

const RETURNED = /\b(?:reinstated|restored|withdrawn\s+(?:by\s+mistake|in\s+error|by\s+accident|erroneously))\b/i;

/** Withdrawn elsewhere, in favour of where it is now. */
const LIVES_ON =
  /\bwithdrawn\b.*[.,;]\s*(?:it\s+is\s+)?(?:now|accepted|to\s+appear)\s+(?:at|to|in|by|for)\s+(?!arxiv)/i;

/** In characters: arXiv's own comments are shorter. */
const MAX_LENGTH = 2000;

/** Whether a paper's comment states that the paper is withdrawn, and does not merely speak of a withdrawal. */
export function statesWithdrawal(comment: string): boolean {
  const said = comment.slice(0, MAX_LENGTH);
  return ![RETURNED, LIVES_ON].some((sign) => sign.test(said)) && STATEMENTS.some((statement) => statement.test(said));
}
