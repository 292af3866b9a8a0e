import { readConfig } from "../../src/config/config";
import { problemsOf } from "./problems";

describe("settings of mails", () => {
  test("have links without a slash at the end, and a signature with all its parts", () => {
    expect(readConfig({ PUBLIC_URL: "https://papers.example/api/" }).PUBLIC_URL).toBe("https://papers.example/api");
    expect(readConfig({ PUBLIC_URL: "https://Bücher.example:8443/käse" }).PUBLIC_URL).toBe(
      "https://xn--bcher-kva.example:8443/k%C3%A4se",
    );
    expect(problemsOf({ DKIM_DOMAIN: "papers.example" })).toHaveLength(1);
    expect(problemsOf({ SMTP_URL: "smtp://mail.example" })).toEqual([
      "SMTP_URL needs PUBLIC_URL, or the links in mails would lead to this machine only.",
    ]);
    expect(problemsOf({ PUBLIC_URL: "https://papers.example/?a=1" })).toHaveLength(1);
    expect(
      problemsOf({
        MAIL_FROM: "Papers, Daily <a@b>",
        SMTP_URL: "http://u:secret@mail",
        PUBLIC_URL: "https://a.example",
        DIGEST_SECRET: "short",
      }),
    ).toEqual([
      "SMTP_URL is not smtp://USER:PASSWORD@HOST:PORT, or smtps for TLS from the start.",
      'MAIL_FROM "Papers, Daily <a@b>" is not a mail address, alone or after a name. It is more than one address, or a name with a comma that is not in quotation marks. It must be one mail address, e.g. name@example.org.',
      "DIGEST_SECRET is not a string of at least 32 characters.",
    ]);
  });

  test.each([
    ["digest@papers.example", "", "digest@papers.example"],
    ["Daily Papers <digest@papers.example>", "Daily Papers", "digest@papers.example"],
    ['"Papers, Daily" <digest@papers.example>', "Papers, Daily", "digest@papers.example"],
    ['"The \\"Daily\\" Papers"<digest@papers.example>', 'The "Daily" Papers', "digest@papers.example"],
    ["Täglich <digest@zürich.example>", "Täglich", "digest@xn--zrich-kva.example"],
  ])("MAIL_FROM may have a name: %s", (MAIL_FROM, name, address) => {
    expect(readConfig({ MAIL_FROM }).MAIL_FROM).toEqual({ name, address });
    expect(readConfig({ MAIL_FROM_CONFIRMATION: MAIL_FROM }).MAIL_FROM_CONFIRMATION).toEqual({ name, address });
  });

  test.each([
    ["Daily Papers", "It has no @."],
    ["Daily Papers digest@papers.example", "It has a space, a comma or a semicolon, or is more than one address."],
    [`${"a".repeat(61)} <digest@papers.example>`, "Its name must have at most 60 characters, on one line."],
    ["Daily\nPapers <digest@papers.example>", "Its name must have at most 60 characters, on one line."],
  ])("MAIL_FROM %j is refused with what is wrong", (MAIL_FROM, why) => {
    expect(problemsOf({ MAIL_FROM }).join("\n")).toContain(`is not a mail address, alone or after a name. ${why}`);
  });

  test("SITE_NAME is a name on one line", () => {
    expect(readConfig({ SITE_NAME: " Läb & <Co> " }).SITE_NAME).toBe("Läb & <Co>");
    for (const SITE_NAME of ["a".repeat(61), "a\nb", "a\u202eb"]) {
      expect(problemsOf({ SITE_NAME }).join("\n")).toContain("is not a name of at most 60 characters, on one line.");
    }
  });
});
