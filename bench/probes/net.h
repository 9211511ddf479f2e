/* The network between an environment and a peer outside of it, which also runs bench. */
#ifndef NET_H
#define NET_H

#include <netinet/in.h>

/*
 * The first byte of a connection selects the peer's service. The names of the tests are netperf's:
 * request and response (rr), connect, request and response (crr), stream.
 */
enum {
	NET_ECHO = 'r',	    /* each byte is answered by one byte */
	NET_CONNECT = 'c',  /* this byte is answered, and the connection ends */
	NET_STREAM = 's',   /* each NET_MESSAGE bytes are answered by one byte */
	NET_UDP_ECHO = 'u', /* answered by a port (16 bits, in network order), which returns
			       datagrams */
	NET_UDP_SINK =
		'd', /* the same, but the port counts datagrams; each further byte of the connection
			is answered by the sum of their bytes (64 bits, the processor's order) */
};

enum { NET_BLOCK = 64 << 10, NET_MESSAGE = 10 << 20 };

/* Parses ADDRESS:PORT (IPv4, in digits); -1: not valid. */
int net_address(const char *text, struct sockaddr_in *address);

/* Listens there, prints the port on standard output, and serves until it is killed; -1 with a
 * message. */
int net_serve(const char *where);

#endif
