import { HtmlValidate, type ResolvedConfig, StaticConfigLoader } from "html-validate";
import type { TestApi } from "./api";

/** Makes the rules once: the library would for each page. */
class Rules extends StaticConfigLoader {
  private rules: ResolvedConfig | Promise<ResolvedConfig> | undefined;

  override getConfigFor(handle: string): ResolvedConfig | Promise<ResolvedConfig> {
    this.rules ??= super.getConfigFor(handle);
    return this.rules;
  }
}

const rules = new Rules({
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    // How the markup is written, not what it says to a browser or a screen reader.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "attribute-boolean-style": "off",
    // A button in a form submits it.
    "no-implicit-button-type": "off",
  },
});
const validator = new HtmlValidate(rules);

/** What is wrong with a page as HTML, and for who uses a screen reader; empty when nothing is. */
export async function faultsOf(page: string): Promise<string[]> {
  const { results } = await validator.validateString(page);
  const faults = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${line}: ${message} (${ruleId})`),
  );
  if (page.match(/<h1>/g)?.length !== 1) faults.push("not one h1");
  if (!/<html lang="en">/.test(page)) faults.push("no language");
  if (!/<meta name="viewport"/.test(page)) faults.push("no viewport");
  if (/<script| on\w+="| style="/i.test(page)) faults.push("a script, or a style that the policy refuses");
  return faults;
}

/** The contrast of two colours such as #0b57a4 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((i) => {
    const part = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** The version of what the form asks readers to agree to. */
export async function readConsentVersion(api: TestApi): Promise<string> {
  return /name="consentVersion" value="([^"]+)"/.exec((await api.http().get("/digest")).text)![1]!;
}
