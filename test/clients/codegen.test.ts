import { type ClientProject, createClientProject } from "../support/client-project";

describe("GraphQL Code Generator", () => {
  let project: ClientProject;
  beforeAll(async () => {
    project = await createClientProject("codegen");
  });
  afterAll(() => project.remove());

  test("the client preset makes types that compile under strict, and refuse wrong variables", async () => {
    expect(await project.run("graphql-codegen", "--config", "codegen.ts")).toMatchObject({ code: 0 });
    expect(await project.run("tsc", "--project", ".")).toEqual({ code: 0, output: "" });
  });
});
