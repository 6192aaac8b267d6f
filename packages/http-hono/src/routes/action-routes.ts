import type { OperatorViews } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import { type Definition, json } from '../routing/definition.js'
import { createRouter, jsonAnswer, type Route } from '../routing/router.js'
import { actionsSchema, writeActions } from '../schemas/operator.js'

const listActionsRoute = {
  method: 'get',
  path: '/api/ops/actions',
  operationId: 'listActions',
  tag: 'operators',
  summary: 'Who did what, when and why; of an order, payment, user or message where `subject` names one',
  access: 'auditor',
  request: { query: z.object({ subject: z.string().max(64).optional() }) },
  responses: json(actionsSchema),
} as const satisfies Definition

/** What operators did, also in a learning centre of its own. */
export const actionRoutes = (route: Route, { log }: { readonly log: Pick<OperatorViews, 'actions'> }) =>
  createRouter().openapi(route(listActionsRoute), async (c) => {
    const { subject = '' } = c.req.valid('query')
    return jsonAnswer(writeActions(await log.actions(subject === '' ? null : subject)))
  })
