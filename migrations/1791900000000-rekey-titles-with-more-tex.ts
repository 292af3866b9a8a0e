import { RekeyTitlesAsShown1791880000000 } from "./1791880000000-rekey-titles-as-shown";

/** More of TeX's accents and letters are read, as of Romanian and Vietnamese. */
export class RekeyTitlesWithMoreTex1791900000000 extends RekeyTitlesAsShown1791880000000 {}
