exports.handler = () => {{
