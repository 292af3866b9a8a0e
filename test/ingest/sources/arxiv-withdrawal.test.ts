import { statesWithdrawal } from "../../../src/ingest/sources/arxiv-withdrawal";

describe("a comment states a withdrawal:", () => {
  test.each([
    "Withdrawn",
    "WITHDRAWN.",
    "withdrawn by author",
    "Withdrawn by the authors. A revised version is under preparation",
    "Withdrawn by the corresponding author",
    "Withdrawn due to a crucial mistake",
    "Withdrawn: the proof of Theorem 2 is wrong",
    "Withdrawn pending completion of institutional review",
    "Withdrawn from arXiv at the request of a co-author",
    "12 pages, 3 figures, withdrawn",
    "12 pages. Withdrawn because of an error",
    "[Withdrawn] 12 pages",
    "paper withdrawn due to an error in Lemma 3",
    "Paper withdrawn",
    "Submission withdrawn by arXiv administrators",
    "This paper has been withdrawn by the author",
    "This paper has been withdrawn by the author(s), due to a sign error",
    "This paper has been temporarily withdrawn",
    "This submission has been withdrawn because it is posted accidentally",
    "arXiv admin note: This paper has been withdrawn by arXiv due to unverifiable authorship and affiliation",
    "arXiv admin note: submission has been withdrawn by arXiv administrators",
    "The paper is being withdrawn as we found that it did not fully articulate it",
    "The manuscript is withdrawn pending additional experiments",
    "Our article was withdrawn, as its data are wrong",
    "Thus, it is being withdrawn pending further internal review",
    "Substantial revisions are in progress; this version is being withdrawn in favor of an updated manuscript",
    "This paper is withdrawn and replaced by arXiv:2601.00001",
    "The authors are withdrawing this paper to make substantial revisions",
    "The authors have withdrawn this article because the current version is under revision",
    "We have decided to withdraw the paper for further refinement",
    "We are withdrawing it for further correction",
    "I need to withdraw this as it contains confidential information",
    "We request to withdraw the old-version of this paper",
    "We request withdrawal to avoid potential misuse",
    "I am requesting the withdrawal of this article",
    "The reason for this withdrawal is that it was submitted without the consent of all co-authors",
  ])("%s", (comment) => expect(statesWithdrawal(comment)).toBe(true));
});

describe("a comment only speaks of a withdrawal, or of none:", () => {
  test.each([
    "",
    "12 pages, 3 figures",
    "This is a revised version of the previously withdrawn manuscript, updated with new experiments and results",
    "Replaces the withdrawn paper arXiv:2601.00001",
    "This paper supersedes arXiv:2601.00001, which has been withdrawn",
    "An earlier version of this paper was withdrawn",
    "A previous version has been withdrawn; this one is corrected",
    "The claim in Section 3 of this paper is withdrawn",
    "Theorem 2 of the paper has been withdrawn",
    "Accepted to a workshop on withdrawn drugs",
    "Withdraw by ICML and prepare for NeurIPS or ICLR",
    "Withdrawn from ICLR 2025",
    "Withdrawn by the authors from ICLR 2025; now at TMLR",
    "This paper was withdrawn from NeurIPS 2024 and is under review",
    "We withdrew this paper from ICML",
    "This paper has not been withdrawn",
    "No need to withdraw the paper",
    "This paper may be withdrawn later",
    "This paper was withdrawn by mistake and is reinstated",
    "A study of opioid withdrawal",
    "We analyze 14,000 withdrawn submissions; the dataset, withdrawn by its authors, is not included",
    "Models withdraw their consent; we withdraw this assumption in Section 4",
  ])("%s", (comment) => expect(statesWithdrawal(comment)).toBe(false));

  test("however long it is", () => {
    expect(statesWithdrawal("this paper was the present ".repeat(200_000))).toBe(false);
  });
});
