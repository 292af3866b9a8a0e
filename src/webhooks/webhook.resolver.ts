import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { Context } from "../context";
import { databaseNow } from "../db/clock";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { decodeNodeKey } from "../nodes/node-id";
import { AccessTokenScope } from "../users/access-token.entity";
import { requireScope } from "../users/viewer";
import { readChoices } from "./check-choices";
import type { DeliveryRow } from "./deliveries/delivery-columns";
import { type NotQueued, redeliver, sendTestEvent } from "./deliveries/request.service";
import { TOO_MANY_REQUESTS } from "./deliveries/request-limit";
import { Webhook } from "./webhook.entity";
import {
  CreateWebhookInput,
  DeleteWebhookInput,
  RedeliverWebhookInput,
  RotateWebhookSecretInput,
  SendTestEventInput,
  UpdateWebhookInput,
} from "./webhook.input";
import {
  CreateWebhookPayload,
  DeleteWebhookPayload,
  RedeliverWebhookPayload,
  RotateWebhookSecretPayload,
  SendTestEventPayload,
  UpdateWebhookPayload,
} from "./webhook.payload";
import {
  createWebhook,
  deleteWebhook,
  findOwnWebhook,
  rotateSecret,
  updateWebhook,
  type WebhookChoices,
} from "./webhook.service";

const noWebhook = userError(UserErrorCode.NOT_FOUND, "You have no webhook with this id.", "input", "id");

/** Every mutation of webhooks needs the scope; resolves whose they are. */
const ownerOf = ({ viewer }: Context) => requireScope(viewer, AccessTokenScope.WEBHOOKS_WRITE).user.rowId;

@Resolver(() => Webhook)
export class WebhookResolver {
  @Mutation(() => CreateWebhookPayload, {
    nullable: true,
    description:
      "Creates a webhook of the viewer: events are posted to its URL as Standard Webhooks specifies. A user has at most 20 (LIMIT_REACHED). Needs the scope WEBHOOKS_WRITE.",
  })
  async createWebhook(
    @Arg("input", () => CreateWebhookInput, { description: "The webhook." }) input: CreateWebhookInput,
    @Ctx() context: Context,
  ): Promise<CreateWebhookPayload> {
    const userId = ownerOf(context);
    const { db, webhooks } = context;
    const { choices, userErrors } = await readChoices(db, input, webhooks.rules);
    if (userErrors.length > 0) return { webhook: null, secret: null, userErrors };
    const wanted = { filter: {}, ...choices } as WebhookChoices;
    const made = await createWebhook(db, userId, wanted, webhooks, await databaseNow(db));
    if (made !== "tooMany") return { ...made, userErrors };
    const message =
      webhooks.most === 0
        ? "This site takes no webhooks."
        : `You already have ${webhooks.most} webhooks, which is the maximum: delete one first.`;
    return { webhook: null, secret: null, userErrors: [userError(UserErrorCode.LIMIT_REACHED, message, "input")] };
  }

  @Mutation(() => UpdateWebhookPayload, {
    nullable: true,
    description: "Changes, disables or enables a webhook of the viewer. Idempotent. Needs the scope WEBHOOKS_WRITE.",
  })
  async updateWebhook(
    @Arg("input", () => UpdateWebhookInput, { description: "The changes." }) input: UpdateWebhookInput,
    @Ctx() context: Context,
  ): Promise<UpdateWebhookPayload> {
    const userId = ownerOf(context);
    const { db, viewer, webhooks } = context;
    const id = decodeNodeKey("Webhook", input.id);
    const standing = await findOwnWebhook(db, viewer, id);
    const { choices, userErrors } = await readChoices(db, input, webhooks.rules, standing?.filter);
    if (userErrors.length > 0) return { webhook: null, userErrors };
    const { enabled } = input;
    const changed = id && (await updateWebhook(db, { id, userId }, { ...choices, enabled }, await databaseNow(db)));
    return changed ? { webhook: changed, userErrors } : { webhook: null, userErrors: [noWebhook] };
  }

  @Mutation(() => DeleteWebhookPayload, {
    nullable: true,
    description:
      "Deletes a webhook of the viewer, with its deliveries. Nothing is sent to it any more, but for what is under way. Idempotent. Needs the scope WEBHOOKS_WRITE.",
  })
  async deleteWebhook(
    @Arg("input", () => DeleteWebhookInput, { description: "The webhook." }) input: DeleteWebhookInput,
    @Ctx() context: Context,
  ): Promise<DeleteWebhookPayload> {
    const userId = ownerOf(context);
    const id = decodeNodeKey("Webhook", input.id);
    if (id === null) return { deleted: false, userErrors: [noWebhook] };
    return { deleted: await deleteWebhook(context.db, id, userId), userErrors: [] };
  }

  @Mutation(() => RotateWebhookSecretPayload, {
    nullable: true,
    description:
      "Gives a webhook of the viewer another secret. For a day it and the last one sign, so that the receiver can change over; then only the new one does. Needs the scope WEBHOOKS_WRITE.",
  })
  async rotateWebhookSecret(
    @Arg("input", () => RotateWebhookSecretInput, { description: "The webhook." }) input: RotateWebhookSecretInput,
    @Ctx() context: Context,
  ): Promise<RotateWebhookSecretPayload> {
    const userId = ownerOf(context);
    const { db, webhooks } = context;
    const id = decodeNodeKey("Webhook", input.id);
    const rotated = id && (await rotateSecret(db, { id, userId }, webhooks.key, await databaseNow(db)));
    return rotated ? { ...rotated, userErrors: [] } : { webhook: null, secret: null, userErrors: [noWebhook] };
  }

  @Mutation(() => SendTestEventPayload, {
    nullable: true,
    description:
      "Sends an example of an event to a webhook of the viewer, marked as a test, once and ahead of what waits. At most 30 tests and redeliveries of a webhook, and 100 of all of a user, in an hour (LIMIT_REACHED). Needs the scope WEBHOOKS_WRITE.",
  })
  async sendTestEvent(
    @Arg("input", () => SendTestEventInput, { description: "The webhook and the event." }) input: SendTestEventInput,
    @Ctx() context: Context,
  ): Promise<SendTestEventPayload> {
    const userId = ownerOf(context);
    const { db, webhooks } = context;
    const id = decodeNodeKey("Webhook", input.id);
    if (id === null) return { delivery: null, userErrors: [noWebhook] };
    const now = await databaseNow(db);
    return requested(await sendTestEvent(db, { id, userId }, input.event ?? null, webhooks.requests, now), noWebhook);
  }

  @Mutation(() => RedeliverWebhookPayload, {
    nullable: true,
    description:
      "Sends an event again to a webhook of the viewer, whatever became of it, with the same id: receivers that keep ids drop what they have. At most 30 tests and redeliveries of a webhook, and 100 of all of a user, in an hour (LIMIT_REACHED). Needs the scope WEBHOOKS_WRITE.",
  })
  async redeliverWebhook(
    @Arg("input", () => RedeliverWebhookInput, { description: "The delivery." }) input: RedeliverWebhookInput,
    @Ctx() context: Context,
  ): Promise<RedeliverWebhookPayload> {
    const userId = ownerOf(context);
    const { db, webhooks } = context;
    const noDelivery = userError(UserErrorCode.NOT_FOUND, "You have no delivery with this id.", "input", "id");
    const id = decodeNodeKey("WebhookDelivery", input.id);
    if (id === null) return { delivery: null, userErrors: [noDelivery] };
    return requested(await redeliver(db, { id, userId }, webhooks.requests, await databaseNow(db)), noDelivery);
  }
}

function requested(result: DeliveryRow | NotQueued, notFound: UserError): SendTestEventPayload {
  if (typeof result !== "string") return { delivery: result, userErrors: [] };
  const { NOT_ALLOWED, NOT_FOUND, LIMIT_REACHED } = UserErrorCode;
  const errors: Record<NotQueued, UserError> = {
    notFound,
    disabled: userError(NOT_ALLOWED, "This webhook is disabled: enable it first.", "input", "id"),
    tooMany: userError(LIMIT_REACHED, TOO_MANY_REQUESTS, "input"),
    noPapers: userError(NOT_FOUND, "There are no papers yet of which an example could be made.", "input"),
  };
  return { delivery: null, userErrors: [errors[result]] };
}
