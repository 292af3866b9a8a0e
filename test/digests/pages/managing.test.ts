import { good, usePages } from "./use-pages";

describe("the pages for digests", () => {
  const { t, http, subscribed, row, status, consentVersion } = usePages();

  describe("managing", () => {
    const settings = {
      action: "save",
      frequency: "DAILY",
      weekday: "MONDAY",
      hour: "18",
      timeZone: "America/New_York",
      maxPapers: "5",
      keywords: "vision\nspeech, audio",
      excludeKeywords: "survey",
      categories: "cs.CL, math-ph",
      excludeCategories: "cs.cv stat",
      minUpvotes: "10",
      hasCode: "true",
      skipEmpty: "on",
    };

    test("shows the settings and changes them, and keeps what the page does not show", async () => {
      const token = await subscribed();
      const page = await http().get(`/digest/manage/${token}`);
      expect(page.text).toMatch(/value="WEEKLY" selected[\s\S]*value="FRIDAY" selected[\s\S]*value="7" selected/);
      expect(page.text).toContain("agents\ntool use</textarea>");
      const answer = await http().post(`/digest/manage/${token}`).type("form").send(settings);
      expect(answer.status).toBe(303);
      const next = new URL(answer.headers.location!, `http://localhost/digest/manage/${token}`);
      expect((await http().get(next.pathname + next.search)).text).toContain("Your changes are saved.");
      expect(await row()).toMatchObject({
        frequency: "DAILY",
        hour: 18,
        time_zone: "America/New_York",
        max_papers: 5,
        skip_empty: true,
        filter: {
          keywords: ["vision", "speech", "audio"],
          excludeKeywords: ["survey"],
          categories: ["cs.CL", "math-ph"],
          excludeCategories: ["cs.CV", "stat"],
          minUpvotes: 10,
          hasCode: true,
          authorIds: ["QXV0aG9yOjE"],
        },
      });
    });

    test("takes keywords apart at the ends of lines, and at commas and semicolons of any script", async () => {
      const token = await subscribed();
      const words = ["a1", "b2 c3", "d4", "e5", "f6", "g7", "h8", "i9", "j10", "k11"];
      const keywords = "a1, b2 c3;d4、e5，f6；g7、\u2028h8؛ i9\tj10\r\n، k11,";
      await http()
        .post(`/digest/manage/${token}`)
        .type("form")
        .send({ ...settings, keywords });
      expect((await row())!.filter).toMatchObject({ keywords: words });
    });

    test("takes an empty field for no limit, and a box that is not ticked for no", async () => {
      const token = await subscribed();
      const { skipEmpty: _, ...rest } = settings;
      const form = { ...rest, keywords: "", categories: "", excludeCategories: "", minUpvotes: "", hasCode: "" };
      expect((await http().post(`/digest/manage/${token}`).type("form").send(form)).status).toBe(303);
      const { skip_empty, filter } = (await row())!;
      // What the form does not show is kept.
      expect([skip_empty, filter]).toEqual([false, { excludeKeywords: ["survey"], authorIds: ["QXV0aG9yOjE"] }]);
    });

    test("says what is wrong at each field, and changes nothing", async () => {
      const token = await subscribed();
      const form = { ...settings, maxPapers: "many", minUpvotes: "-1" };
      const answer = await http().post(`/digest/manage/${token}`).type("form").send(form);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(
        'aria-describedby="maxPapers-hint maxPapers-error" aria-invalid="true" value="many"',
      );
      expect(answer.text).toContain('aria-describedby="minUpvotes-error" aria-invalid="true" value="-1"');
      expect((await row())?.hour).toBe(7);
    });

    test("has one limit for each number, in one sentence with the field's label, and the API the same", async () => {
      const token = await subscribed();
      const save = (over: object) =>
        http()
          .post(`/digest/manage/${token}`)
          .type("form")
          .send({ ...settings, ...over });
      const rules: [field: string, label: string, rule: string, refused: string[], taken: string[]][] = [
        [
          "maxPapers",
          "Papers in one mail",
          "must be a whole number from 1 to 50.",
          ["101", "80", "51", "0", "x"],
          ["1", " 50 "],
        ],
        ["hour", "Time of day", "must be a whole number from 0 to 23.", ["24", "x"], ["0", "23"]],
        [
          "minUpvotes",
          "Minimum upvotes",
          "must be a whole number from 0 to 2147483647.",
          ["-1", "x", "2147483648"],
          ["0", "2147483647"],
        ],
      ];
      for (const [field, label, rule, refused, taken] of rules) {
        for (const value of refused) {
          const answer = await save({ [field]: value });
          expect(answer.status).toBe(422);
          expect(answer.text).toContain(`<a href="#${field}">“${label}” ${rule}</a>`);
          expect(answer.text).not.toContain(`${field} must`);
        }
        for (const value of taken) expect((await save({ [field]: value })).status).toBe(303);
      }
      const update = async (input: string) => {
        const mutation = `mutation { updateDigestSubscription(input: { token: "${token}", ${input} }) { userErrors { message path } } }`;
        return (await t.api.data(mutation)).updateDigestSubscription.userErrors;
      };
      expect(await update("maxPapers: 80")).toEqual([
        { message: "maxPapers must be a whole number from 1 to 50.", path: ["input", "maxPapers"] },
      ]);
      expect(await update("hour: 24")).toEqual([
        { message: "hour must be a whole number from 0 to 23.", path: ["input", "hour"] },
      ]);
      expect(await update("filter: { minUpvotes: -1 }")).toEqual([
        { message: "minUpvotes must be a whole number from 0 to 2147483647.", path: ["input", "filter", "minUpvotes"] },
      ]);
      expect(await update('pausedUntil: "2020-01-01"')).toEqual([
        { message: "pausedUntil must be a day after today.", path: ["input", "pausedUntil"] },
      ]);
    });

    test("says with the field's label what is wrong with words, and a day", async () => {
      const token = await subscribed();
      const words = Array.from({ length: 21 }, (_, i) => `word ${i}`).join("\n");
      const send = (form: object) => http().post(`/digest/manage/${token}`).type("form").send(form);
      const { text } = await send({ ...settings, keywords: "a".repeat(101), excludeKeywords: words });
      expect(text).toContain("Each of “Keywords” must have 1 to 100 characters.");
      expect(text).toContain("“Leave out” takes at most 20 words or phrases, not 21.");
      const paused = await send({ action: "pause", pausedUntil: "2020-01-01" });
      expect(paused.text).toContain("“Pause until” must be a day after today.");
    });

    test("refuses a filter that no paper can match, but no pause for one that was stored before", async () => {
      const token = await subscribed();
      const send = (form: object) => http().post(`/digest/manage/${token}`).type("form").send(form);
      const answer = await send({ ...settings, keywords: "agents", excludeKeywords: "agents" });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(
        "No paper can match: the only keyword is left out again: &quot;agents&quot; by &quot;agents&quot;. Remove words from one of the two lists.",
      );
      const filter = { keywords: ["agents"], excludeKeywords: ["agents"] };
      await t.db.run("update digest_subscriptions set filter = $1", [filter]);
      const pausedUntil = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
      expect((await send({ action: "pause", pausedUntil })).status).toBe(303);
      const { data } = await t.api.ask(
        "mutation ($token: String!) { updateDigestSubscription(input: { token: $token, hour: 3 }) { userErrors { message } } }",
        { token },
      );
      expect(data!.updateDigestSubscription.userErrors).toEqual([]);
      expect(await row()).toMatchObject({ status: "PAUSED", hour: 3, filter });
    });

    test.each([
      [
        "skipEmpty",
        ["off", "true", "0", "__proto__"],
        "“Send no mail when there are no papers” must be “on” or empty.",
      ],
      ["hasCode", ["yes", "TRUE", " "], "“Code” must be “true”, “false” or empty."],
      ["frequency", ["", "HOURLY", "daily"], "“How often” must be one of DAILY, WEEKDAYS, WEEKLY, MONTHLY."],
      ["weekday", ["", "Funday"], /“Day of the week” must be one of MONDAY, TUESDAY, .*SUNDAY\./],
      ["hour", ["", "-1", "24", "1e1", "7.5", "٣"], "“Time of day” must be a whole number from 0 to 23."],
      ["maxPapers", ["", "0", "51"], "“Papers in one mail” must be a whole number from 1 to 50."],
      ["minUpvotes", ["many", "-1", "2147483648"], /“Minimum upvotes” must be a whole number from 0 to 2147483647\./],
      ["timeZone", [""], "Enter a time zone, e.g. Europe/Berlin."],
      ["keywords", ["a".repeat(101)], "Each of “Keywords” must have 1 to 100 characters."],
      [
        "categories",
        ["computing", "cs.C", "cs.CL.x"].map((text) => `cs.CL ${text}!`),
        "Each of “arXiv categories” must be one of arXiv&#39;s categories, such as cs.CL, or an archive, such as cs or hep-th.",
      ],
    ])("says of an odd %s what would be right, in words of its own", async (field, values, message) => {
      const token = await subscribed();
      for (const value of values) {
        const form = { ...settings, [field]: value };
        const { status, text } = await http().post(`/digest/manage/${token}`).type("form").send(form);
        expect(status).toBe(422);
        const said = [...text.matchAll(/<li>(?:<a[^>]*>)?([^<]*)/g)].map(([, each]) => each);
        expect(said).toEqual([typeof message === "string" ? message : expect.stringMatching(message)]);
      }
    });

    test("shows at its field what the rules refuse", async () => {
      const token = await subscribed();
      for (const [path, form] of [
        [`/digest/manage/${token}`, settings],
        ["/digest", { ...good, consentVersion: await consentVersion() }],
      ] as const) {
        const answer = await http()
          .post(path)
          .type("form")
          .send({ ...form, timeZone: "Nowhere/City" });
        expect(answer.status).toBe(422);
        expect(answer.text).toMatch(/<a href="#timeZone">[^<]+<\/a>/);
        expect(answer.text).toContain('id="timeZone-error"');
      }
    });

    test("pauses until a day, and goes on", async () => {
      const token = await subscribed();
      const press = (form: object) => http().post(`/digest/manage/${token}`).type("form").send(form);
      for (const pausedUntil of ["", "2020-01-01", "2999-02-30", "soon"]) {
        expect((await press({ action: "pause", pausedUntil })).status).toBe(422);
      }
      expect(await status()).toBe("ACTIVE");
      expect((await press({ action: "pause", pausedUntil: "2999-01-31" })).headers.location).toBe("?done=paused");
      expect((await http().get(`/digest/manage/${token}`)).text).toContain("Paused until Thursday, 31 January 2999");
      expect((await press({ action: "resume" })).headers.location).toBe("?done=resumed");
      expect(await status()).toBe("ACTIVE");
    });

    test("says only what this server wrote, whatever its address asks for", async () => {
      const token = await subscribed();
      const page = await http().get(`/digest/manage/${token}?done=<b>you won</b>`);
      expect(page.text).not.toContain("you won");
      expect(page.text).not.toContain("undefined");
    });

    test("a form without one of its buttons is refused", async () => {
      const answer = await http()
        .post(`/digest/manage/${await subscribed()}`)
        .type("form")
        .send({ hour: "3" });
      expect(answer.status).toBe(400);
    });

    test.each([
      ["PENDING", "Not confirmed yet"],
      ["UNSUBSCRIBED", "Unsubscribed: nothing is sent"],
      ["SUPPRESSED", "came back"],
    ])("a subscription that is %s shows that, and no settings", async (state, text) => {
      const page = await http().get(`/digest/manage/${await subscribed(state)}`);
      expect(page.text).toContain(text);
      expect(page.text).not.toContain('name="frequency"');
    });
  });
});
