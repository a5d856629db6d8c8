exports.scan = require('../../exports.js').jobs.scan
