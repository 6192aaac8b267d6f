import { z } from 'zod'

// The values of CONTRACT.md as schemas: they document the answers, and tests hold the answers to them.

export const idSchema = z
  .string()
  .regex(/^[1-9]\d{0,18}$/)
  .meta({ description: 'Decimal string of a positive 63-bit number', examples: ['7123456789012345678'] })

export const moneySchema = z
  .string()
  .regex(/^(0|[1-9]\d*)\.\d{2}$/)
  .meta({ description: 'Yuan with two digits', examples: ['99.00'] })

export const timeSchema = z.iso
  .datetime({ offset: true, precision: 3 })
  .meta({ description: 'ISO 8601 with milliseconds and offset', examples: ['2026-11-23T17:04:07.123+08:00'] })

export const textSchema = z.string()
