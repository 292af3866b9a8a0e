import { ObjectType } from "type-graphql";
import { connectionType, edgeType } from "../paging/connection.type";
import { Organization } from "./organization.entity";

@ObjectType({ simpleResolvers: true, description: "An organization in a list." })
export class OrganizationEdge extends edgeType(Organization) {}

@ObjectType({ description: "A page of organizations." })
export class OrganizationConnection extends connectionType<Organization, Organization, OrganizationEdge>(
  Organization,
  OrganizationEdge,
  (row) => row,
) {}
