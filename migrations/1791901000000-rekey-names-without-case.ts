import { RekeyNames1791831000000 } from "./1791831000000-rekey-names";

/** Capitals of ß and ς make no other author, and more of TeX's accents and letters are read. */
export class RekeyNamesWithoutCase1791901000000 extends RekeyNames1791831000000 {}
