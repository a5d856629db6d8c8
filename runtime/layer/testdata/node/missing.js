exports.handler = () => {}
require('no-such-package')
