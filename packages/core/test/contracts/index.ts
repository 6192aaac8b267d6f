// Suites of core's own services: nobody else implements them.
export { entitlementServiceContract } from './entitlement-service.contract.js'
export { freeCourse, type LearningHarness, learningServiceContract, paidCourse } from './learning-service.contract.js'
export { type OperatorServiceHarness, operatorServiceContract } from './operator-service.contract.js'
export { type PaymentCallbacksHarness, paymentCallbacksContract } from './payment-callbacks.contract.js'
