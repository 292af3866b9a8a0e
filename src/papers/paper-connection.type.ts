import { ObjectType } from "type-graphql";
import { connectionType, edgeType } from "../paging/connection.type";
import { Paper } from "./paper.entity";

@ObjectType({ simpleResolvers: true, description: "A paper in a list." })
export class PaperEdge extends edgeType(Paper) {}

@ObjectType({ description: "A page of papers." })
export class PaperConnection extends connectionType<Paper, Paper, PaperEdge>(Paper, PaperEdge, (row) => row) {}
