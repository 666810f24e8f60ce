//! HTTP through `wasi:http/outgoing-handler`.

use std::thread;
use std::time::Duration;

use wasip2::clocks::monotonic_clock;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
    Scheme,
};
use wasip2::io::poll::{Pollable, poll};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use super::{Body, Failure, Request, Response, Transport};

/// How much is read at once, in bytes.
const PORTION: u64 = 16 * 1024;

const TIMED_OUT: Failure = Failure::Final("it did not answer in time, `http.timeout_seconds`");
const BROKEN: Failure = Failure::Final("its answer has broken off");

/// The host's HTTP client.
pub(in crate::http) struct Wasi;

/// NB: the order of the fields is the order they are dropped in: a stream before what it is a part of.
pub(in crate::http) struct Incoming {
    stream: InputStream,
    _body: IncomingBody,
    _response: IncomingResponse,
    deadline: Deadline,
}

/// The end of an attempt.
struct Deadline(monotonic_clock::Instant);

impl Deadline {
    fn after(time: Duration) -> Self {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self(monotonic_clock::now().saturating_add(time))
    }

    /// Waits for `event`.
    fn wait(&self, event: &Pollable) -> Result<(), Failure> {
        let end = monotonic_clock::subscribe_instant(self.0);
        if poll(&[event, &end]).contains(&0) {
            return Ok(());
        }
        Err(TIMED_OUT)
    }
}

impl Transport for Wasi {
    type Body = Incoming;

    fn post(&mut self, request: &Request<'_>) -> Result<Response<Incoming>, Failure> {
        let deadline = Deadline::after(request.timeout);
        let outgoing = outgoing(request).ok_or(Failure::Final(
            "the host does not take such a request; check `http.url`",
        ))?;
        let body = outgoing.body().map_err(|()| BROKEN)?;
        let future = outgoing_handler::handle(outgoing, None).map_err(|error| failure(&error))?;
        send(body, request.body.as_bytes(), &deadline)?;

        let ready = future.subscribe();
        let response = loop {
            if let Some(response) = future.get() {
                break response;
            }
            deadline.wait(&ready)?;
        };
        drop(ready);
        let response = response
            .map_err(|()| BROKEN)?
            .map_err(|error| failure(&error))?;
        let headers = response.headers();
        let retry_after = headers.get("retry-after").into_iter().next();
        let is_events = headers
            .get("content-type")
            .iter()
            .any(|value| value.starts_with(b"text/event-stream"));
        drop(headers);
        let body = response.consume().map_err(|()| BROKEN)?;
        let stream = body.stream().map_err(|()| BROKEN)?;
        Ok(Response {
            status: response.status(),
            retry_after,
            is_events,
            body: Incoming {
                stream,
                _body: body,
                _response: response,
                deadline,
            },
        })
    }

    fn wait(&mut self, time: Duration) {
        thread::sleep(time);
    }
}

impl Body for Incoming {
    fn read(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        loop {
            match self.stream.read(PORTION) {
                // Nothing there yet.
                Ok(bytes) if bytes.is_empty() => self.deadline.wait(&self.stream.subscribe())?,
                Ok(bytes) => return Ok(Some(bytes)),
                Err(StreamError::Closed) => return Ok(None),
                Err(StreamError::LastOperationFailed(_)) => return Err(BROKEN),
            }
        }
    }
}

fn outgoing(request: &Request<'_>) -> Option<OutgoingRequest> {
    let headers = Fields::new();
    let length = request.body.len().to_string();
    let put = |name: &str, value: &str| headers.append(name, value.as_bytes()).ok();
    put("content-type", "application/json")?;
    put("content-length", &length)?;
    put("accept", "application/json, text/event-stream")?;
    if let Some(authorization) = request.authorization {
        put("authorization", authorization)?;
    }
    let scheme = if request.url.is_secure() {
        Scheme::Https
    } else {
        Scheme::Http
    };
    let outgoing = OutgoingRequest::new(headers);
    outgoing.set_method(&Method::Post).ok()?;
    outgoing.set_scheme(Some(&scheme)).ok()?;
    outgoing.set_authority(Some(request.url.authority())).ok()?;
    outgoing.set_path_with_query(Some(request.path)).ok()?;
    Some(outgoing)
}

/// Sends a body. A service that answers before it has read all of it is fine.
fn send(body: OutgoingBody, mut rest: &[u8], deadline: &Deadline) -> Result<(), Failure> {
    let stream = body.write().map_err(|()| BROKEN)?;
    while !rest.is_empty() {
        let Ok(room) = room(&stream, deadline)? else {
            break;
        };
        let (now, later) = rest.split_at(room.min(rest.len()));
        if stream.write(now).is_err() {
            break;
        }
        rest = later;
    }
    let is_whole = rest.is_empty() && stream.flush().is_ok();
    drop(stream);
    if is_whole {
        // What is wrong with it shows in the response.
        let _ = OutgoingBody::finish(body, None);
    }
    Ok(())
}

/// How many bytes `stream` takes now, at least one; the inner error says that it takes no more.
fn room(stream: &OutputStream, deadline: &Deadline) -> Result<Result<usize, StreamError>, Failure> {
    loop {
        match stream.check_write() {
            Ok(0) => deadline.wait(&stream.subscribe())?,
            Ok(room) => return Ok(Ok(usize::try_from(room).unwrap_or(usize::MAX))),
            Err(error) => return Ok(Err(error)),
        }
    }
}

fn failure(error: &ErrorCode) -> Failure {
    match error {
        ErrorCode::DnsError(_) | ErrorCode::DnsTimeout | ErrorCode::DestinationNotFound => {
            Failure::MayPass("there is no such host; check the address and the network")
        }
        ErrorCode::ConnectionRefused
        | ErrorCode::DestinationUnavailable
        | ErrorCode::ConnectionLimitReached => {
            Failure::MayPass("nobody answers there; check the address")
        }
        ErrorCode::ConnectionTerminated
        | ErrorCode::ConnectionTimeout
        | ErrorCode::HttpResponseIncomplete => Failure::MayPass("the connection has broken off"),
        ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => {
            Failure::Final("no secure connection comes about; check the address")
        }
        ErrorCode::HttpRequestDenied => {
            Failure::Final("the host allows no such request; check its options")
        }
        _ => Failure::Final("it does not answer as HTTP asks for"),
    }
}
