// Whose is a request? As the emulator reads it: each ID from its header, else from the claims of the
// token that the request carries, else from its path, else from the state of a round trip. Nothing is
// verified here.

// The payload of a JWT; empty if there is none.
function payload(token) {
    try {
        var claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
        return claims || {};
    } catch (e) {
        return {};
    }
}

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch (e) {
        return '';
    }
}

// The claims' names are those of a token.
function sources(request) {
    var variables = request.variables;
    var segments = variables.request_uri.split('?')[0].split('/');
    var bearer = /^\s*bearer\s+(.*?)\s*$/i.exec(variables.http_authorization || '');
    var isPage = segments[1] === 'session';
    var isLink = segments[1] === 'vault' && (segments[2] === 'authorize' || segments[2] === 'revoke');
    var isAdmin = segments[1] === '__vault_mock';
    return [
        { application_id: variables.http_x_apideck_app_id, consumer_id: variables.http_x_apideck_consumer_id },
        bearer ? payload(bearer[1]) : {},
        isPage ? payload(segments[2] || '') : {},
        isLink ? { application_id: decoded(segments[4] || '') } : {},
        payload(decoded(variables.arg_state || '')),
        // The admin API names its app in the header or in the query, never in the body alone.
        isAdmin ? { application_id: decoded(variables.arg_app_id || '') } : {},
    ];
}

function first(request, claim) {
    var all = sources(request);
    for (var i = 0; i < all.length; i++) {
        if (typeof all[i][claim] === 'string' && all[i][claim] !== '') {
            return all[i][claim];
        }
    }
    return '';
}

function byApp(request) {
    return request.variables.vault_mock_hash_by === 'app';
}

// What requests are hashed by.
function home(request) {
    var consumer = byApp(request) ? '' : first(request, 'consumer_id');
    return first(request, 'application_id') + '/' + consumer;
}

// Whether a call of the admin API would steer one replica by chance.
function misdirected(request) {
    var path = request.variables.request_uri.split('?')[0];
    var call = request.method + ' ' + path.slice('/__vault_mock'.length);
    var isTheSameEverywhere = /^(GET|HEAD) \/(health|ready|openapi\.json|client|settings)$/.test(call);
    var isAtHome = byApp(request) && first(request, 'application_id') !== '';
    return isTheSameEverywhere || isAtHome ? '' : '1';
}

export default { home, misdirected };
