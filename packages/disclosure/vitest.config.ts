import { tests } from '../../vitest.config.base.js'

export default tests()
