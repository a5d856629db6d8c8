module.exports = require('../exports.js').jobs
