import { RekeyTitlesAsShown1791880000000 } from "./1791880000000-rekey-titles-as-shown";

/** TeX's commands for signs (`\leq` is ≤), fonts and accents in formulas are read in the keys of titles. */
export class RekeyTitlesOfTex1791891000000 extends RekeyTitlesAsShown1791880000000 {}
