/** The courses on sale when `COURSES_FILE` is not set. */
export const demoCourses = [
  { courseId: '1', courseName: 'Spring Cloud 微服务实战', price: '99.00', validDays: 365 },
  { courseId: '2', courseName: 'TypeScript 从入门到六边形架构', price: '0.01', validDays: 90 },
  { courseId: '3', courseName: 'Git 入门', price: '0.00', validDays: 365 },
]
