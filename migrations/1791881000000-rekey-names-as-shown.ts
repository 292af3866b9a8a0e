import { RekeyNames1791831000000 } from "./1791831000000-rekey-names";

/** Accents on accents, raised marks, footnotes and HTML's entities are read in names, and so are hyphenated initials. */
export class RekeyNamesAsShown1791881000000 extends RekeyNames1791831000000 {}
