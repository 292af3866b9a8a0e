/** An answer of arXiv's OAI-PMH server, in the form of https://github.com/arXiv/oaipmh */
export const oai = (content: string) => `<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
    <responseDate>2026-04-12T22:09:26Z</responseDate>
    <request verb="GetRecord" metadataPrefix="arXivRaw">http://oaipmh.arxiv.org/oai</request>
    ${content}
</OAI-PMH>`;

export const oaiError = (code: string) => oai(`<error code='${code}'>In words.</error>`);

export const getRecord = (...records: string[]) => oai(`<GetRecord>${records.join("")}</GetRecord>`);

export const listRecords = (...records: string[]) => harvest(records, "skip=1");

/** The answer to a request by a token, or to the first one, with the token of the next one, which is empty in the last. */
export const harvest = (records: string[], next: string, askedBy?: string) =>
  oai(
    `<ListRecords>${records.join("")}<resumptionToken expirationDate="x">${next}</resumptionToken></ListRecords>`,
  ).replace('metadataPrefix="arXivRaw"', askedBy ? `resumptionToken="${askedBy}"` : "$&");

export const version = (number: number, date: string, size = "14kb", type = "") =>
  `<version version="v${number}"><date>${date}</date><size>${size}</size>${type && `<source_type>${type}</source_type>`}</version>`;

export const FIRST = version(1, "Wed, 25 Jun 2008 15:29:38 GMT");
export const SECOND = version(2, "Fri, 12 Dec 2014 13:15:28 GMT", "17kb", "D");

/** A record as arXivRaw. */
export const rawRecord = (
  id: string,
  versions = FIRST + SECOND,
  more = "",
  authors = "Roldao da Rocha, W. A. Rodrigues Jr",
) =>
  `<record>
    <header><identifier>oai:arXiv.org:${id}</identifier><datestamp>2014-12-15</datestamp><setSpec>physics:math-ph</setSpec></header>
    <metadata>
      <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw/ http://arxiv.org/OAI/arXivRaw.xsd">
        <id>${id}</id><submitter>A. Private Person</submitter>${versions}
        <title>Gauge Fixing in
  Spacetime</title><authors>${authors}</authors><categories>math-ph math.MP</categories>${more}
        <license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>
        <abstract>In a previous paper.</abstract>
      </arXivRaw>
    </metadata>
  </record>`;

export const deletedRecord = (id: string) =>
  `<record><header status="deleted"><identifier>oai:arXiv.org:${id}</identifier><datestamp>2014-12-15</datestamp></header></record>`;
