import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { composeFeed } from "../../../src/web-feeds/compose";
import type { formatNames } from "../../../src/web-feeds/feed-url";
import { readFeedRequest } from "../../../src/web-feeds/parameters";
import type { QueriedPaper } from "../../../src/web-feeds/queries";

const site = {
  siteName: "Daily & <Papers>",
  publicUrl: "https://papers.example/a&b",
  hub: "https://hub.example/?a=b&c=d",
  tag: null,
};
const period = { id: "x", key: "2026-05-12", startDate: "2026-05-12", endDate: "2026-05-12", isFinal: true };
const request = readFeedRequest("day", {});

export const paperOf = (over: Partial<QueriedPaper>): QueriedPaper => ({
  id: "UGFwZXI6MQ",
  title: "A title",
  abstract: null,
  summary: null,
  url: null,
  pdfUrl: null,
  codeUrl: null,
  publishedOn: null,
  featuredOn: "2026-05-12",
  createdAt: new Date("2026-05-12T01:02:03Z"),
  updatedAt: new Date("2026-05-12T01:02:03Z"),
  authorCount: 0,
  categories: [],
  keywords: [],
  authors: { edges: [] },
  ...over,
});
/** A feed in a format, as text. */
export const feedOf = (papers: QueriedPaper[], format: (typeof formatNames)[number]): string =>
  composeFeed(site, request, format, {
    period,
    papers: papers.map((paper) => ({ paper, featuredOn: paper.featuredOn })),
  }).toString();

/** What xmllint says of the feeds of such papers as Atom and RSS, and jing of Atom by RFC 4287's grammar. */
export function faultsOf(...feeds: QueriedPaper[][]): string {
  const folder = mkdtempSync(path.join(tmpdir(), "feeds-"));
  try {
    const write = (format: "atom" | "rss") =>
      feeds.map((papers, i) => {
        const file = path.join(folder, `${i}.${format}`);
        writeFileSync(file, feedOf(papers, format));
        return file;
      });
    const [atom, rss] = [write("atom"), write("rss")];
    const run = (tool: string, args: string[]) => {
      try {
        return execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        // Of Debian's start script.
        return (stdout + stderr.replace(/^\[warning\].*\n/gm, "")).slice(0, 2000);
      }
    };
    return (
      run("xmllint", ["--noout", "--huge", ...atom, ...rss]) +
      run("jing", ["-c", path.join(__dirname, "atom.rnc"), ...atom])
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
