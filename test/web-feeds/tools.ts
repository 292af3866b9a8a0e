import { execFileSync } from "node:child_process";

/** Programs of Debian that a proof needs; they are not the project's own. */
type Tool = "xmllint" | "jing" | "newsboat" | "r2e" | "python3-feedparser";

/** `test`, or, where one of the programs is not installed, a skipped one that says so. */
export function testWithTools(tools: Tool[], name: string, body: () => unknown, timeout?: number): void {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length > 0) console.warn(`Skipped: "${name}" needs ${missing.join(" and ")}, which is not installed.`);
  (missing.length > 0 ? test.skip : test)(name, async () => void (await body()), timeout);
}

function isInstalled(tool: Tool): boolean {
  try {
    if (tool === "python3-feedparser")
      execFileSync("/usr/bin/python3", ["-c", "import feedparser"], { stdio: "ignore" });
    else execFileSync("sh", ["-c", `command -v ${tool}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
